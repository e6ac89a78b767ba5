import { expect, test } from "vitest"
import { writeCursor } from "../base/cursor.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  platform().call(method, path, body, headers)
const nobody = { authorization: "" }

test("channels and rules are added, read, changed and deleted; what is wrong is named", async () => {
  const made = await call("POST", "/notifications/channels", { kind: "webhook", name: "build", url: "https://example.com/hook" })
  expect(made).toMatchObject({ status: 201, body: { channel: { kind: "webhook", state: "on" }, secret: expect.stringMatching(/^whsec_/) } })
  const path = `/notifications/channels/${made.body.channel.id}`
  expect(await call("PATCH", path, { is_on: false })).toMatchObject({ status: 200, body: { state: "off" } })
  expect((await call("POST", `${path}/test`)).status).toBe(409)
  expect(await call("PATCH", path, { is_on: true, name: "ci" })).toMatchObject({ status: 200, body: { state: "on", name: "ci" } })
  expect(await call("PATCH", path, {})).toMatchObject({ status: 422 })
  expect((await call("POST", `${path}/rotate`)).body.secret).not.toBe(made.body.secret)
  const test = await call("POST", `${path}/test`)
  expect(test.status).toBe(202)
  expect((await call("GET", `${path}/deliveries`)).body).toMatchObject({ deliveries: [{ id: test.body.id, state: "waiting" }], next: null })
  expect((await call("POST", `${path}/deliveries/${test.body.id}/send`)).status).toBe(202)
  expect((await call("POST", `${path}/confirm`, { code: "x" })).body).toMatchObject({ state: "on" })
  for (const cursor of ["x", writeCursor([8.64e15, "a"]), writeCursor([-1, "a"]), writeCursor([1.5, "a"]), writeCursor([1, 2])])
    expect((await call("GET", `${path}/deliveries?cursor=${cursor}`)).status, cursor).toBe(422)

  const rule = await call("POST", "/notifications/rules", { events: ["failed"], channel_id: made.body.channel.id })
  expect(rule).toMatchObject({ status: 201, body: { events: ["failed"], environment: null, team: null } })
  expect(await call("GET", "/notifications")).toMatchObject({
    status: 200,
    body: {
      channels: [{ name: "ci" }],
      rules: [{ id: rule.body.id }],
      offers_email: false,
      push_key: expect.stringMatching(/^[\w-]{87}$/),
    },
  })
  expect(await call("POST", "/notifications/rules", { events: ["budget"], environment_id: "e" })).toMatchObject({
    status: 422,
    body: { errors: [{ param: "events", details: expect.stringContaining("no budget") }] },
  })
  expect(await call("DELETE", `/notifications/rules/${rule.body.id}`)).toMatchObject({ status: 200, body: { deleted: true } })
  expect(await call("DELETE", path)).toMatchObject({ status: 200, body: { deleted: true } })
  expect((await call("DELETE", path)).status).toBe(404)
})

test("without a key nothing of it answers", async () => {
  for (const [method, path] of [
    ["GET", "/notifications"],
    ["POST", "/notifications/channels"],
    ["POST", "/notifications/rules"],
    ["GET", "/evaluations/x/comments"],
    ["POST", "/evaluations/x/comments"],
    ["GET", "/evaluations/x/people"],
  ] as const)
    expect((await call(method, path, method === "POST" ? {} : undefined, nobody)).status, path).toBe(401)
})

test("comments are written, read and deleted beside a run, and the platform says that it has them", async () => {
  const { body: run } = await call("POST", "/evaluations/", { name: "talked about", run_id: "r", model_name: "m" })
  const path = `/evaluations/${run.evaluation_id}`
  const made = await call("POST", `${path}/comments`, { text: "NUL \0 and half a pair \ud800" })
  expect(made).toMatchObject({ status: 201, body: { text: "NUL \ufffd and half a pair \ufffd", is_mine: true } })
  expect((await call("POST", `${path}/comments`, { text: " " })).body).toMatchObject({ errors: [{ param: "text" }] })
  expect((await call("GET", `${path}/comments`)).body).toMatchObject({ comments: [{ id: made.body.id }], total: 1, earlier: null })
  expect((await call("GET", `${path}/comments?cursor=${writeCursor([8.64e15, "a"])}`)).status).toBe(422)
  expect((await call("GET", `${path}/people`)).body).toMatchObject({ people: [{ slug: "local" }] })
  expect((await call("DELETE", `${path}/comments/${made.body.id}`)).status).toBe(200)
  expect((await call("DELETE", `${path}/comments/${made.body.id}`)).status).toBe(404)
  const { extensions } = (await call("GET", "/capabilities")).body
  expect(extensions).toEqual(expect.arrayContaining(["createComment", "getNotificationSettings"]))
})
