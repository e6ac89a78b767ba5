import { expect, test } from "vitest"
import { testPlatform } from "../testing/test-platform.ts"
import { Visit } from "./visit.ts"

const platform = testPlatform()

test("the reads of a page ask once whose token it is, and whatever changes something asks anew", async () => {
  const key = (await platform().call("POST", "/user/api-keys", { name: "page" })).body.data
  const visit = new Visit()
  const send = (method: string, path: string) => {
    const headers = { authorization: `Bearer ${key.value}`, "content-type": "application/json" }
    const body = method === "GET" ? null : "{}"
    return platform().fetch(new Request(`http://x/api/v1${path}`, { method, headers, body }), null, undefined, visit)
  }
  const slugs = await Promise.all(
    Array.from({ length: 3 }, async () => ((await (await send("GET", "/user/whoami")).json()) as { data: { slug: string } }).data.slug),
  )
  expect(new Set(slugs).size).toBe(1)
  await platform().call("DELETE", `/user/api-keys/${key.id}`)
  expect((await send("GET", "/user/whoami")).status).toBe(200)
  expect((await send("POST", "/evaluations/")).status).toBe(401)
  expect((await send("GET", "/user/whoami")).status).toBe(401)
})

test("what one request does to its context is not seen by the next", async () => {
  const { value } = (await platform().call("POST", "/user/api-keys", { name: "team page" })).body.data
  const visit = new Visit()
  const list = async (headers: Record<string, string>) => {
    const request = new Request("http://x/api/v1/evaluations/", { headers: { authorization: `Bearer ${value}`, ...headers } })
    return (await platform().fetch(request, null, undefined, visit)).status
  }
  expect(await list({ "x-prime-team-id": "not-a-team" })).toBeGreaterThanOrEqual(400)
  expect(await list({})).toBe(200)
})

test("the reads of a page are told of one state of a run, and whatever changes something of the next", async () => {
  const { value } = (await platform().call("POST", "/user/api-keys", { name: "run page" })).body.data
  const { evaluation_id: id } = (await platform().call("POST", "/evaluations/", { name: "before", run_id: "visit" })).body
  const visit = new Visit()
  const send = async (method: string, path: string, body: object | null = null) => {
    const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" }
    const request = new Request(`http://x/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
    const answer = await platform().fetch(request, null, undefined, visit)
    return { status: answer.status, name: ((await answer.json()) as { name?: string }).name }
  }
  const read = () => send("GET", `/evaluations/${id}`)
  expect(await read()).toEqual({ status: 200, name: "before" })
  // By somebody else, while the page is read.
  await platform().call("PUT", `/evaluations/${id}`, { name: "during" })
  expect((await read()).name).toBe("before")
  expect((await send("PUT", `/evaluations/${id}`, { name: "after" })).status).toBe(200)
  expect((await read()).name).toBe("after")
  expect((await send("GET", "/evaluations/nope")).status).toBe(404)
})
