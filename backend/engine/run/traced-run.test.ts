import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, expect, test } from "vitest"
import { startTracing, stopTracing } from "../../base/tracing/tracing.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"

const bodies: string[] = []
const receiver = createServer((request, response) => {
  let text = ""
  request.on("data", (piece) => {
    text += piece
  })
  request.on("end", () => {
    bodies.push(text)
    response.end("{}")
  })
})
await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done))
process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
await startTracing("worker")
const { platform, launch } = await testEngine(async () => "it is 2", {}, { config: { num_examples: 1, rollouts_per_example: 1 } })
afterAll(async () => {
  await stopTracing()
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  receiver.close()
})

test("a run's start and its attempt are spans that name the run", async () => {
  const run = await untilRun(platform(), await launch(await publishEnvironment(platform(), "traced", echoEnvironment())))
  expect(run.status).toBe("COMPLETED")
  // A run is over for those who read it before its worker has cleaned up after it.
  const { db } = platform().services
  await until("its worker has let go of it", async () => (await findEvaluationRow(db, run.evaluation_id))?.leaseOwner === null)
  await stopTracing()
  const spans = bodies.flatMap((body) =>
    JSON.parse(body).resourceSpans.flatMap((one: any) => one.scopeSpans.flatMap((scope: any) => scope.spans)),
  )
  const named = (name: string) =>
    spans
      .filter((span: any) => span.name === name)
      .map((span: any) => Object.fromEntries(span.attributes.map(({ key, value }: any) => [key, Object.values(value)[0]])))
  const id = run.evaluation_id
  expect(named("start run attempt")).toEqual([expect.objectContaining({ "hosted_evals.evaluation_id": id, "hosted_evals.attempt": 1 })])
  expect(named("run attempt")).toEqual([
    expect.objectContaining({ "hosted_evals.evaluation_id": id, "hosted_evals.status": "COMPLETED", "hosted_evals.samples": 1 }),
  ])
})
