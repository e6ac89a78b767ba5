import { execFileSync } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, expect, test } from "vitest"
import { inSpan, isTracing, startTracing, stopTracing, traceId } from "../base/tracing/tracing.ts"
import { chatCompletion } from "../inference/gateway.ts"
import { ModelRegistry } from "../inference/model-registry.ts"
import { startModelServer } from "../testing/model-server.ts"
import { newUser } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"

interface Sent {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Record<string, unknown>
  status: { code?: number }
}
const spans: Sent[] = []
const resources: Record<string, unknown>[] = []
const valuesOf = (list: { key: string; value: object }[]) =>
  Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]))

/** Takes what an OTLP exporter posts, as a collector does (OTLP 1.x over HTTP, JSON). */
const receiver = createServer((request, response) => {
  let text = ""
  request.on("data", (piece) => {
    text += piece
  })
  request.on("end", () => {
    if (request.url === "/v1/traces" && request.headers["content-type"] === "application/json")
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        resources.push(valuesOf(resource.attributes))
        for (const scope of scopeSpans) for (const span of scope.spans) spans.push({ ...span, attributes: valuesOf(span.attributes) })
      }
    response.writeHead(200, { "content-type": "application/json" }).end("{}")
  })
})

// Before the platform, whose connections and log look whether there is tracing.
beforeAll(async () => {
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done))
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
  await startTracing("test")
})
const platform = testPlatform()
afterAll(async () => {
  await stopTracing()
  delete process.env.OTEL_EXPORTER_OTLP_ENDPOINT
  receiver.close()
})

/** Has everything sent that was measured until now, and begins again. */
async function collected(): Promise<Sent[]> {
  await stopTracing()
  const sent = spans.splice(0)
  await startTracing("test")
  return sent
}

test("a request is a span with its address, and its statements are spans below it, without their texts", async () => {
  const caller = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" }
  expect((await platform().call("GET", "/user/whoami", undefined, caller)).status).toBe(200)
  const sent = await collected()
  const request = sent.find(({ name }) => name === "GET /user/whoami")
  expect(request).toMatchObject({ traceId: "0af7651916cd43dd8448eb211c80319c", parentSpanId: "b7ad6b7169203331", kind: 2 })
  expect(request?.attributes).toMatchObject({
    "http.route": "/user/whoami",
    "http.request.method": "GET",
    "http.response.status_code": 200,
  })
  const statements = sent.filter(({ parentSpanId }) => parentSpanId === request?.spanId)
  expect(statements.map(({ name }) => name)).toContain("select api_keys")
  for (const { attributes } of statements) {
    expect(attributes["db.system.name"]).toBe("postgresql")
    expect(Object.keys(attributes).every((key) => /^db\.(system\.name|operation\.name|collection\.name)$/.test(key))).toBe(true)
  }
  expect(resources.at(-1)).toMatchObject({ "service.name": "hosted-evals", "hosted_evals.process": "test" })
})

test("answers name their trace, and errors do so in their body", async () => {
  const response = await platform().fetch(new Request("http://platform.test/api/v1/evaluations/none"), null)
  const body = (await response.json()) as { trace_id?: string }
  expect(body.trace_id).toMatch(/^[0-9a-f]{32}$/)
  expect(response.headers.get("x-trace-id")).toBe(body.trace_id)
  const sent = await collected()
  expect(sent.find(({ name }) => name.startsWith("GET /evaluations/"))).toMatchObject({
    traceId: body.trace_id,
    attributes: { "http.response.status_code": 401 },
  })
})

test("work that fails says of what kind, and work side by side keeps apart", async () => {
  const ids = await Promise.all(["a", "b"].map((name) => inSpan(name, {}, async () => traceId())))
  expect(new Set(ids).size).toBe(2)
  expect(traceId()).toBeUndefined()
  await expect(inSpan("broken", {}, async () => Promise.reject(new RangeError("a secret")))).rejects.toThrow("a secret")
  const sent = await collected()
  expect(sent.find(({ name }) => name === "broken")).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "RangeError" } })
  expect(JSON.stringify(sent)).not.toContain("a secret")
})

test("a model call is a span with its model and tokens, and nothing of its text", async () => {
  const model = await startModelServer(() => "an answer of the model")
  const models = new ModelRegistry([{ id: "p", name: "P", base_url: model.url, prices: {}, prefix: "p/", key: null, source: "file" }])
  const { userId } = await newUser(platform(), "traced")
  const asker = { userId, teamId: null, evaluationId: null, sessionId: null }
  const body = { model: "p/scripted", messages: [{ role: "user" as const, content: "a question of a person" }] }
  const asked = await inSpan("asked", {}, () => chatCompletion(models, platform().services, asker, body, new AbortController().signal))
  expect(asked.status).toBe(200)
  await asked.text()
  model.close()
  const sent = await collected()
  const parent = sent.find(({ name }) => name === "asked")
  expect(sent.find(({ name }) => name === "chat p/scripted")).toMatchObject({
    parentSpanId: parent?.spanId,
    kind: 3,
    attributes: {
      "gen_ai.provider.name": "p",
      "gen_ai.request.model": "p/scripted",
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 5,
      "http.response.status_code": 200,
    },
  })
  for (const text of ["an answer", "a question"]) expect(JSON.stringify(sent)).not.toContain(text)
})

test("without an address nothing is loaded, and work goes on as ever", () => {
  expect(isTracing()).toBe(true)
  const code = `
    const { inSpan, isTracing, startTracing, traceId } = await import("./backend/base/tracing/tracing.ts")
    await startTracing("x")
    const { createRequire } = await import("node:module")
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes("@opentelemetry"))
    console.log(JSON.stringify([isTracing(), traceId() ?? null, await inSpan("x", {}, async () => 7), loaded]))`
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...env } = process.env
  const printed = execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], { env: env as NodeJS.ProcessEnv })
  expect(JSON.parse(printed.toString())).toEqual([false, null, 7, []])
})
