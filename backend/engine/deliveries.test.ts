import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, expect, test } from "vitest"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { startReceiver } from "../testing/receiver.ts"
import { hasEnded, untilRun } from "../testing/runs.ts"
import { testEngine } from "../testing/test-engine.ts"
import { until } from "../testing/until.ts"

const { platform, launch, startWorker, stopWorker } = await testEngine(() => "it is 1")
const receiver = await startReceiver()
afterAll(() => receiver.close())

const call = (method: string, path: string, body?: object) => platform().call(method, `/notifications${path}`, body)
const webhook = async (url: string) => (await call("POST", "/channels", { kind: "webhook", name: "build", url })).body.channel.id as string
const told = () => receiver.received.map(({ body }) => JSON.parse(body.toString()))
const deliveries = async (channel: string) => (await call("GET", `/channels/${channel}/deliveries`)).body.deliveries

test("a hosted run that ends, by itself or stopped in the queue, and ends again after it was resumed, is told of once each time", async () => {
  const channel = await webhook(receiver.url)
  expect((await call("POST", "/rules", { events: ["ended", "failed"], channel_id: channel })).status).toBe(201)
  const environment = await publishEnvironment(platform(), "told", echoEnvironment({ examples: 2 }))
  const id = await launch(environment)
  await untilRun(platform(), id, hasEnded)
  await until("the run is told of", () => told().length === 1)
  expect(told()[0]).toMatchObject({ type: "evaluation.completed", data: { evaluation_id: id, status: "COMPLETED", samples: 2 } })

  // A worker that stops before it has noted the answer leaves the message to be sent again.
  await until("it is noted as told", async () => (await deliveries(channel))[0].state === "delivered")
  await stopWorker()
  const queued = await launch(environment)
  const end = () => platform().call("PATCH", `/hosted-evaluations/${queued}/cancel`)
  expect((await end()).status).toBe(200)
  expect((await platform().call("POST", `/hosted-evaluations/${queued}/resume`, { mode: "missing" })).status).toBe(200)
  expect((await end()).status).toBe(200)
  expect(told()).toHaveLength(1)
  await startWorker()
  await until("both ends of the queued run are told of by the next worker", () => told().length === 3)
  const cancelled = { type: "evaluation.cancelled", data: { evaluation_id: queued } }
  expect(told().slice(1)).toMatchObject([cancelled, cancelled])
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(3)
}, 240_000)

test("a worker that stops does not wait for a receiver that is silent, and the next worker sends the message under the same id", async () => {
  const ids: unknown[] = []
  let isSilent = true
  const slow = createServer((request, response) => {
    ids.push(request.headers["webhook-id"])
    if (!isSilent) response.end("ok")
  })
  await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve))
  const channel = await webhook(`http://127.0.0.1:${(slow.address() as AddressInfo).port}`)
  await call("POST", `/channels/${channel}/test`)
  await until("the silent receiver is asked", () => ids.length === 1)
  const began = Date.now()
  await stopWorker()
  expect(Date.now() - began).toBeLessThan(10_000)
  expect(await deliveries(channel)).toMatchObject([{ state: "waiting", tries: [] }])
  isSilent = false
  await startWorker()
  await until("the message arrives", async () => (await deliveries(channel))[0].state === "delivered")
  expect(ids).toEqual([ids[0], ids[0]])
  slow.closeAllConnections()
  slow.close()
}, 120_000)
