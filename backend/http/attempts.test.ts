import { beforeAll, expect, test } from "vitest"
import { attemptOrderContext, encrypt, hashToken } from "../base/crypto.ts"
import { insertAttempt } from "../store/evaluations/attempts.ts"
import { fenceRemoteAttempt, insertRemoteAttempt } from "../store/remote/remote-attempts.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { newWaitingRun } from "../testing/waiting-run.ts"

const platform = testPlatform()
let id: string
const authorization = "Bearer hea_token"

beforeAll(async () => {
  const { db, config } = platform().services
  const evaluationId = await newWaitingRun(platform(), "remote-http", 1)
  await insertAttempt(db, { evaluationId, number: 1, reason: "launched", executor: "process", machine: "a" })
  id = `${evaluationId}-1`
  const sealedOrder = encrypt(config.secretKey, "{}", attemptOrderContext(id))
  await insertRemoteAttempt(db, { id, evaluationId, number: 1, interpreter: "/python", tokenHash: hashToken("hea_token"), sealedOrder })
})

const post = async (address: string, body: string | Uint8Array, headers: Record<string, string> = { authorization }) => {
  const request = new Request(`http://a/api/v1/attempts/${address}`, { method: "POST", body: body as BodyInit, headers })
  const response = await platform().fetch(request, null, "192.0.2.1")
  return { status: response.status, body: await response.json() }
}
const json = { authorization, "content-type": "application/json" }

test("an attempt's program speaks with its token alone: 200, 409 with the offset, 401 and 410 to give up", async () => {
  expect((await post("open", '{"instance": "one"}', json)).status).toBe(200)
  expect((await post("open", '{"instance": "two"}', json)).status).toBe(410)
  expect((await post("open", '{"instance": "one"}', { "content-type": "application/json" })).status).toBe(401)
  expect((await post("open", "{}", json)).body.errors).toEqual([{ param: "instance", details: expect.any(String) }])
  const at = (offset: number, stream = "events") => `events?instance=one&stream=${stream}&offset=${offset}`
  expect(await post(at(0), "{}\n")).toEqual({ status: 200, body: { offset: 3, stop: false } })
  expect(await post(at(0), "{}\n")).toEqual({ status: 409, body: { offset: 3, stop: false } })
  expect(await post(at(3), "")).toEqual({ status: 200, body: { offset: 3, stop: false } })
  expect((await post(at(-1), "")).body.errors[0]).toEqual({ param: "offset", details: "must be at least 0" })
  expect((await post(at(0, "else"), "")).body.errors[0].param).toBe("stream")
  expect((await post(at(3), Buffer.alloc(16 * 1024 ** 2 + 1, "\n"))).status).toBe(413)
  const exit = '{"instance": "one", "code": null, "signal": "SIGKILL", "limit": "memory"}'
  expect(await post("exit", exit, json)).toEqual({ status: 200, body: { noted: true } })
  await fenceRemoteAttempt(platform().services.db, id)
  for (const [address, body, headers] of [
    [at(3), "{}\n", { authorization }],
    ["open", '{"instance": "one"}', json],
  ] as const)
    expect((await post(address, body, headers)).status).toBe(410)
})

test("an attempt's token is no key: it opens nothing else", async () => {
  const request = new Request("http://a/api/v1/evaluations/", { headers: { authorization } })
  expect((await platform().fetch(request, null, "192.0.2.1")).status).toBe(401)
})
