import { expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { startModelServer } from "../testing/model-server.ts"
import { newEnvironment } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { honoPath } from "./route.ts"

const platform = testPlatform({ WORKER_PORT: String(await freePort()) })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

/** An environment with a version in the database, for tests that run nothing. */
const unrunEnvironment = async (name: string): Promise<string> =>
  (await newEnvironment(platform(), { userId: await platform().ownerId() }, { name })).id

test("addresses of the contract become routes, with exact ends and slashes where they belong", () => {
  expect(honoPath("/environmentshub/{owner}/{name}/@{version}/inspect")).toBe("/environmentshub/:owner/:name/:version{@[^/]+}/inspect")
  expect(honoPath("/models/{model_id}")).toBe("/models/:model_id{.+}")
  expect(honoPath("/evaluations/")).toBe("/evaluations")
})

test("without a key, with a wrong key, at a wrong address: one message each, in both clients' shapes", async () => {
  const nobody = await platform().fetch(new Request("http://x/api/v1/evaluations/"), null)
  expect(nobody.status).toBe(401)
  expect(await nobody.json()).toMatchObject({
    detail: expect.stringContaining("API key"),
    errors: [{ param: "", details: expect.stringContaining("API key") }],
  })
  expect((await call("GET", "/evaluations/", undefined, { authorization: "Bearer he_wrong" })).status).toBe(401)
  expect((await call("GET", "/nothing-here")).body.detail).toContain("/api/v1/nothing-here")
  expect((await call("GET", "/evaluations")).status).toBe(200)
})

test("what breaks a rule is refused with the field and the limit, and nothing is stored", async () => {
  const environment = await unrunEnvironment("unrun-rules")
  const launch = (config: object, also: object = {}) =>
    call("POST", "/hosted-evaluations", {
      environment_ids: [environment],
      inference_model: "no/such",
      eval_config: { num_examples: 5, rollouts_per_example: 3, ...config },
      ...also,
    })
  const tooMany = await launch({ rollouts_per_example: 2049 })
  expect(tooMany.status).toBe(422)
  expect(tooMany.body.detail[0]).toMatchObject({
    loc: ["body", "eval_config", "rollouts_per_example"],
    msg: expect.stringContaining("2048"),
  })
  expect(tooMany.body.errors[0].param).toBe("eval_config.rollouts_per_example")
  expect((await launch({ timeout_minutes: 45 })).body.errors[0]).toMatchObject({
    param: "eval_config.timeout_minutes",
    details: "must be between 120 and 1440 minutes on this platform",
  })
  expect((await launch({ custom_secrets: { "a-b": "x" } })).body.errors[0]).toMatchObject({
    param: "eval_config.custom_secrets.a-b",
    details: expect.stringMatching(/upper-case letters/i),
  })
  expect((await launch({})).body.errors[0]).toMatchObject({ param: "inference_model", details: expect.stringContaining("no/such") })
  expect((await launch({}, { inference_model: "together/some-model" })).body.errors[0].details).toMatch(/has no key .* TOGETHER_API_KEY/)
  expect((await launch({ api_base_url: "ftp://x" })).body.errors[0].param).toBe("eval_config.api_base_url")
  expect((await launch({ api_base_url: "http://127.0.0.1:9/v1", api_key_var: "MISSING" })).body.errors[0]).toMatchObject({
    param: "eval_config.api_key_var",
    details: expect.stringContaining("MISSING"),
  })
  const unknown = await call("POST", "/hosted-evaluations", {
    environment_ids: ["nope"],
    inference_model: "m",
    eval_config: { num_examples: 1, rollouts_per_example: 1 },
  })
  expect(unknown.status).toBe(404)
  expect((await call("GET", "/evaluations/")).body.total).toBe(0)
  expect((await call("GET", "/evaluations/?limit=101")).body.errors[0].param).toBe("limit")
  expect((await call("GET", "/evaluations/?status=DONE")).body.errors[0].details).toContain("COMPLETED")
  const notJson = await platform().fetch(
    new Request("http://x/api/v1/hosted-evaluations", {
      method: "POST",
      body: "{",
      headers: { authorization: "Bearer he_test_key_of_the_local_user" },
    }),
    null,
  )
  expect(notJson.status).toBe(422)
})

test("a custom endpoint needs no listed model; a waiting run is stopped at once and its secrets go", async () => {
  const environment = await unrunEnvironment("unrun-endpoint")
  const { body, status } = await call("POST", "/hosted-evaluations", {
    environment_ids: [environment, environment],
    inference_model: "my-model",
    name: "two of them",
    eval_config: {
      num_examples: -1,
      rollouts_per_example: 2,
      api_base_url: "http://127.0.0.1:9/v1",
      api_key_var: "K",
      custom_secrets: { K: "very secret" },
    },
  })
  expect(status).toBe(201)
  expect(body.evaluation_ids).toHaveLength(2)
  const { body: run } = await call("GET", `/evaluations/${body.evaluation_id}`)
  expect(run).toMatchObject({
    status: "PENDING",
    name: "two of them",
    is_hosted: true,
    metadata: { num_examples: -1, rollouts_per_example: 2 },
    total_samples: 0,
  })
  expect(JSON.stringify(run)).not.toContain("very secret")
  const sealed = await platform().database.pool.query("select sealed from run_secrets where evaluation_id = $1", [body.evaluation_id])
  expect(sealed.rows[0].sealed.toString("latin1")).not.toContain("very secret")
  expect((await call("GET", `/hosted-evaluations/${body.evaluation_id}/logs`)).body.logs).toBe("")
  expect((await call("DELETE", `/evaluations/${body.evaluation_id}`)).status).toBe(409)
  for (const id of body.evaluation_ids)
    expect((await call("PATCH", `/hosted-evaluations/${id}/cancel`)).body).toMatchObject({ success: true, status: "CANCELLED" })
  const left = await platform().database.pool.query("select 1 from run_secrets")
  expect(left.rows).toEqual([])
  expect((await call("POST", "/evaluations/bulk-delete", { evaluation_ids: [...body.evaluation_ids, "nope"] })).body).toMatchObject({
    success_count: 2,
    failed_ids: ["nope"],
  })
})

test("the event stream says hello, then sends changes of runs, and ends when its reader leaves", async () => {
  const environment = await unrunEnvironment("unrun-stream")
  const abort = new AbortController()
  const response = await platform().fetch(
    new Request("http://x/api/v1/events", { headers: { authorization: "Bearer he_test_key_of_the_local_user" }, signal: abort.signal }),
    null,
  )
  expect(response.headers.get("cache-control")).toContain("no-transform")
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ""
  const readUntil = async (part: string) => {
    while (!text.includes(part)) {
      const { value, done } = await reader.read()
      if (done) throw new Error(`the stream ended before ${part}`)
      text += new TextDecoder().decode(value)
    }
  }
  await readUntil("event: hello")
  // LISTEN is under way; a run created now or a moment later is announced.
  const { body } = await call("POST", "/evaluations/", { name: "watched", environments: [{ id: environment }], tags: [] })
  const nudge = setInterval(
    () => void call("POST", `/evaluations/${body.evaluation_id}/samples`, { samples: [{ reward: Math.random() }] }),
    100,
  )
  await readUntil(body.evaluation_id)
  clearInterval(nudge)
  // For changes of runs, and of what the reader may see.
  expect(platform().services.signals.listenerCount).toBe(2)
  await reader.cancel()
  abort.abort()
  await expect.poll(() => platform().services.signals.listenerCount).toBe(0)
})

test("the gateway forwards, streams, meters and refuses; models are listed with their prices", async () => {
  const model = await startModelServer((request) =>
    request.stream
      ? new Response(
          'data: {"choices":[{"delta":{"content":"hi"}}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\ndata: [DONE]\n\n',
          {
            headers: { "content-type": "text/event-stream" },
          },
        )
      : request.messages[0]?.content === "fail"
        ? Response.json({ error: { message: "slow down" } }, { status: 429, headers: { "retry-after": "7" } })
        : "hello",
  )
  const { ModelRegistry } = await import("../inference/model-registry.ts")
  const { chatCompletion } = await import("../inference/gateway.ts")
  const registry = new ModelRegistry([
    { id: "p", name: "P", base_url: model.url, prices: {}, prefix: "p/", key: "provider-key", source: "file" },
  ])
  const { meter, budgets, pace } = platform().services
  const asker = { userId: await platform().ownerId(), teamId: null, evaluationId: null, sessionId: "t1" }
  const ask = (body: object) =>
    chatCompletion(
      registry,
      { meter, budgets, pace },
      asker,
      { model: "p/scripted", messages: [{ role: "user", content: "x" }], ...body } as any,
      new AbortController().signal,
    )
  expect((await registry.list(null)).models[0]?.model).toMatchObject({
    id: "p/scripted",
    pricing: { input_usd_per_mtok: 1, output_usd_per_mtok: 10 },
  })
  const whole = await ask({ temperature: 0.5, unusual: { kept: true } })
  expect(((await whole.json()) as any).choices[0].message.content).toBe("hello")
  expect(model.requests[0]).toMatchObject({ model: "scripted", temperature: 0.5, unusual: { kept: true } })
  const streamed = await ask({ stream: true })
  expect(await streamed.text()).toContain('"content":"hi"')
  const limited = await ask({ messages: [{ role: "user", content: "fail" }] })
  expect(limited.status).toBe(429)
  expect(limited.headers.get("retry-after")).toBe("7")
  expect((await ask({ model: "p/unknown" })).status).toBe(404)
  model.close()
  await meter.flush()
  const { rows } = await platform().database.pool.query(
    "select status, prompt_tokens::int, completion_tokens::int, cost_usd from inference_usage order by id",
  )
  expect(rows).toMatchObject([
    { status: 200, prompt_tokens: 10, completion_tokens: 5, cost_usd: 60 / 1e6 },
    { status: 200, prompt_tokens: 3, completion_tokens: 2, cost_usd: 23 / 1e6 },
    { status: 429, prompt_tokens: 0, cost_usd: null },
  ])
})

test("odd input is refused, and never fails in the platform", async () => {
  const environment = await unrunEnvironment("unrun-odd")
  const { evaluation_id: id } = (await call("POST", "/evaluations/", { name: "odd", environments: [{ id: environment }] })).body
  const post = async (path: string, text: string) => {
    const headers = { authorization: `Bearer ${testApiKey}`, "content-type": "application/json" }
    return (await platform().fetch(new Request(`http://x/api/v1${path}`, { method: "POST", headers, body: text }), null)).status
  }
  const nested = (depth: number) => `{"samples": [{"sample_id": "s${depth}", "info": ${"[".repeat(depth)}${"]".repeat(depth)}}]}`
  expect(await post(`/evaluations/${id}/samples`, nested(20_000))).toBe(422)
  expect(await post(`/evaluations/${id}/samples`, nested(490))).toBe(200)
  expect(await post("/evaluations/", `{"name": "deep", "metadata": ${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}}`)).toBe(422)
  expect(await post("/evaluations/", `{"name": "${"x".repeat(9 * 1024 ** 2)}"}`)).toBe(413)
  expect(await post(`/evaluations/${id}/samples`, `{"samples": [], "x": "${"x".repeat(27 * 1024 ** 2)}"}`)).toBe(413)

  for (const sort of ["reward", "seq", "duration", "metric:m"])
    for (const key of ["1e400", "-1e400", "1e999999999"])
      expect(
        (await call("GET", `/evaluations/${id}/sample-summaries?sort_by=${sort}&after=${encodeURIComponent(`${key}:1`)}`)).status,
      ).toBe(422)
  for (const key of ["1e-400", "-Infinity", "Infinity", "-0.5"])
    expect((await call("GET", `/evaluations/${id}/sample-summaries?sort_by=reward&after=${encodeURIComponent(`${key}:1`)}`)).status).toBe(
      200,
    )
})
