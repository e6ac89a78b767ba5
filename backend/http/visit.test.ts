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
