import { createHash, randomBytes } from "node:crypto"
import { expect, test } from "vitest"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { newId } from "../base/ids.ts"
import { insertEnvironment, updateEnvironment } from "../store/environments/environments.ts"
import { upsertVersion } from "../store/environments/versions.ts"
import { tarOf } from "../testing/archives.ts"
import { echoEnvironment, publishEnvironment } from "../testing/environments.ts"
import { startModelServer } from "../testing/model-server.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { honoPath } from "./route.ts"

const platform = testPlatform({ WORKER_PORT: String(await freePort()) })
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)
const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest("hex")

/** An environment with a version in the database, for tests that run nothing. */
async function fakeEnvironment(): Promise<string> {
  const { db } = platform().services
  const id = newId()
  const versionId = newId()
  await insertEnvironment(db, { id, userId: await platform().ownerId(), name: `fake-${id.slice(-8)}`, visibility: "PUBLIC" })
  await upsertVersion(db, {
    id: versionId,
    environmentId: id,
    contentHash: sha256(id),
    semanticVersion: "1.0.0",
    wheelFilename: "fake-1.0.0-py3-none-any.whl",
    wheelSha256: sha256(id),
    metadata: {},
    publishedAt: new Date(),
  })
  await updateEnvironment(db, id, { latestVersionId: versionId })
  return id
}

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
  const environment = await fakeEnvironment()
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
  const environment = await fakeEnvironment()
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

test("pushed samples arrive once, however often and in whatever order their batches are sent", async () => {
  const environment = await fakeEnvironment()
  const created = await call("POST", "/evaluations/", {
    name: "local run",
    environments: [{ id: environment }],
    model_name: "m",
    metadata: { num_examples: 3, rollouts_per_example: 2 },
    metrics: { avg_metrics: { x: 1 } },
    tags: [],
  })
  expect(created.status).toBe(201)
  const id = created.body.evaluation_id
  const sample = (example: number, rollout: number) => ({
    example_id: example,
    reward: rollout,
    prompt: [{ role: "user", content: "q" }],
    completion: [],
    metrics: { x: rollout },
    nul: "\0",
  })
  const first = [sample(0, 0), sample(0, 1), sample(1, 0)]
  const second = [sample(1, 1), sample(2, 0), sample(2, 0)]
  await Promise.all([first, second, first, second].map((samples) => call("POST", `/evaluations/${id}/samples`, { samples })))
  await call("POST", `/evaluations/${id}/samples`, { samples: [] })
  const finalized = await call("POST", `/evaluations/${id}/finalize`)
  expect(finalized.body).toMatchObject({ status: "COMPLETED", total_samples: 6, avg_score: 2 / 6, min_score: 0, max_score: 1 })
  const { body: page } = await call("GET", `/evaluations/${id}/samples?page=2&limit=4`)
  expect(page).toMatchObject({ total: 6, total_pages: 2, page: 2 })
  expect(page.samples).toHaveLength(2)
  const { body: run } = await call("GET", `/evaluations/${id}`)
  expect(run).toMatchObject({
    is_hosted: false,
    environment_ids: [environment],
    chartData: { stats: { totalResults: 6 } },
    detailedMetrics: { detectedMetrics: ["x"] },
  })
  // `prime eval push --eval ID` of the same results sends each row with the id that the upload after the run leaves out.
  await call("POST", `/evaluations/${id}/samples`, { samples: first.map((row) => ({ id: row.example_id, ...row })) })
  expect((await call("GET", `/evaluations/${id}`)).body.total_samples).toBe(6)
  expect((await call("PATCH", `/hosted-evaluations/${id}/cancel`)).status).toBe(409)
  expect((await call("PUT", `/evaluations/${id}`, { name: "renamed", is_public: true })).body.name).toBe("renamed")
  expect((await call("DELETE", `/evaluations/${id}`)).body.deleted).toBe(true)
  expect((await call("GET", `/evaluations/${id}`)).status).toBe(404)
})

test("a run is exported as verifiers saves it, and as a table that no spreadsheet computes", async () => {
  const created = await call("POST", "/evaluations/", {
    name: "to export",
    environments: [{ id: await fakeEnvironment() }],
    model_name: "m",
    metadata: { num_examples: 30, avg_reward: 0.5 },
  })
  const at = `/evaluations/${created.body.evaluation_id}`
  const samples = Array.from({ length: 45 }, (_, i) => ({
    example_id: 44 - i,
    reward: i === 0 ? -1.5 : 0.5,
    prompt: i === 44 ? '=SUM(A1), "quoted"' : `q${i}`,
    completion: "-3",
    metrics: i % 2 ? { odd: 1 } : { even: 1 },
  }))
  await call("POST", `${at}/samples`, { samples })
  const read = async (file: string) => {
    const headers = { authorization: `Bearer ${testApiKey}` }
    const response = await platform().fetch(new Request(`http://x/api/v1${at}/export/${file}`, { headers }), null)
    expect(response.status).toBe(200)
    return response.text()
  }
  const lines = (await read("results.jsonl")).trimEnd().split("\n")
  expect(lines.map((line) => JSON.parse(line))).toEqual(samples)
  expect(JSON.parse(await read("metadata.json"))).toMatchObject({ model: "m", num_examples: 30, avg_reward: 0.5, avg_error: 0 })
  const table = (await read("samples.csv")).trimEnd().split("\r\n")
  expect(table).toHaveLength(46)
  expect(table.slice(0, 2)).toEqual([
    "example_id,rollout_index,reward,outcome,stop_condition,input_tokens,output_tokens,duration_ms,cached_tokens,reasoning_tokens,cost_usd,metric: even,metric: odd,error,prompt,completion",
    `0,0,0.5,ok,,,,,,,,1,,,"'=SUM(A1), ""quoted""",-3`,
  ])
  expect(table.at(-1)).toBe("44,0,-1.5,ok,,,,,,,,1,,,q0,-3")
  expect((await call("GET", "/evaluations/none/export/samples.csv")).status).toBe(404)
})

test("samples page through every row once, sorted by anything, filters applied", async () => {
  const environment = await fakeEnvironment()
  const { body } = await call("POST", "/evaluations/", { name: "many", environments: [{ id: environment }], tags: [] })
  const id = body.evaluation_id
  const samples = Array.from({ length: 57 }, (_, i) => ({
    sample_id: `s${i}`,
    example_id: i % 19,
    reward: i % 7 === 0 ? null : (i % 5) / 4,
    metrics: { half: i / 2 },
    error: i % 11 === 0 ? "boom" : null,
    prompt: `question ${i}`,
    completion: [{ role: "assistant", content: i === 23 ? "the needle" : "hay" }],
  }))
  await call("POST", `/evaluations/${id}/samples`, { samples })
  for (const query of [
    "sort_by=example",
    "sort_by=reward&sort_order=desc",
    "sort_by=reward",
    "sort_by=metric:half&sort_order=desc",
    "sort_by=tokens",
    "sort_by=seq",
  ]) {
    const seen: string[] = []
    let after = ""
    do {
      const { body: page } = await call("GET", `/evaluations/${id}/sample-summaries?${query}&limit=10${after}`)
      expect(page.total).toBe(57)
      seen.push(...page.samples.map((one: any) => one.sample_id))
      after = page.next ? `&after=${encodeURIComponent(page.next)}` : ""
    } while (after)
    expect(new Set(seen).size, query).toBe(57)
    expect(seen).toHaveLength(57)
  }
  const filtered = async (query: string) => (await call("GET", `/evaluations/${id}/sample-summaries?${query}`)).body.total
  expect(await filtered("outcome=error")).toBe(6)
  expect(await filtered("reward_min=0.75&reward_max=1")).toBe(samples.filter((one) => (one.reward ?? 0) >= 0.75).length)
  expect(await filtered("search=needle")).toBe(1)
  expect(await filtered("example_id=3")).toBe(3)
  expect(await filtered("since_seq=50")).toBe(7)
  expect((await call("GET", `/evaluations/${id}/sample-summaries?after=x;drop`)).status).toBe(422)
  const { body: needle } = await call("GET", `/evaluations/${id}/sample-summaries?search=needle`)
  const { body: detail } = await call("GET", `/evaluations/${id}/samples/${needle.samples[0].sample_id}`)
  expect(detail.sample).toEqual(samples[23])
  const { body: neighbour } = await call("GET", `/evaluations/${id}/samples/${detail.next_id}`)
  expect(neighbour.previous_id).toBe(needle.samples[0].sample_id)
})

test("an environment is published as the CLI does it, read back, and refused when it does not fit", async () => {
  const id = await publishEnvironment(platform(), "published", echoEnvironment())
  const { body: detail } = await call("GET", "/environmentshub/local/published/@latest")
  expect(detail.data).toMatchObject({
    id,
    name: "published",
    owner: { name: "local" },
    semantic_version: "0.1.0",
    readme: "# published\n",
    eval_defaults: { num_examples: 4, rollouts_per_example: 2 },
    tags: ["test"],
  })
  expect(detail.data.content_hash).toBeUndefined()
  const { body: versions } = await call("GET", "/environmentshub/local/published/versions")
  const [version] = versions.data.versions
  expect((await call("GET", `/environmentshub/local/published/@${version.content_hash.slice(0, 8)}`)).body.data.version_id).toBe(version.id)
  expect((await call("GET", "/environmentshub/local/published/@9.9.9")).status).toBe(404)

  const { body: folder } = await call("GET", "/environmentshub/local/published/@latest/inspect")
  expect(folder.data.entries.map((entry: any) => entry.path)).toEqual(["README.md", "published.py", "pyproject.toml"])
  const { body: file } = await call("GET", "/environmentshub/local/published/@latest/inspect?path=published.py&max_bytes=10")
  expect(file.data).toMatchObject({ kind: "file", encoding: "utf-8", truncated: true })
  expect(file.data.content).toHaveLength(10)
  expect((await call("GET", "/environmentshub/local/published/@latest/inspect?path=../etc/passwd")).status).toBe(404)
  const pulled = await platform().fetch(new Request("http://x/api/v1/environmentshub/local/published/@latest/package"), null)
  expect(pulled.headers.get("content-type")).toBe("application/gzip")

  const same = await call("POST", `/environmentshub/${id}/wheels`, {
    content_hash: version.content_hash,
    filename: "a.whl",
    sha256: sha256("a"),
    semantic_version: "0.1.0",
  })
  expect(same.status).toBe(409)
  expect(same.body.detail).toMatch(/content hash already exists/)
  const other = await call("POST", `/environmentshub/${id}/wheels`, {
    content_hash: sha256("other"),
    filename: "a.whl",
    sha256: sha256("a"),
    semantic_version: "0.1.0",
  })
  expect(other.status).toBe(409)
  expect(other.body.detail).toContain("0.1.0")
})

test("a wheel that is no zip, bytes that differ, a path that climbs out: refused, and nothing is published", async () => {
  const { body } = await call("POST", "/environmentshub/resolve", { name: "hostile" })
  const id = body.data.id
  const put = async (url: string, bytes: Buffer) =>
    platform().fetch(new Request(url.replace(/^https?:\/\/[^/]+/, "http://x"), { method: "PUT", body: new Uint8Array(bytes) }), null)
  const wheel = async (bytes: Buffer, announced = bytes) => {
    const made = await call("POST", `/environmentshub/${id}/wheels`, {
      content_hash: sha256(randomBytes(8)),
      filename: "h-1.0-py3-none-any.whl",
      sha256: sha256(announced),
      semantic_version: null,
    })
    const upload = await put(made.body.data.upload_url, bytes)
    const finalize = await call("POST", `/environmentshub/${id}/wheels/${made.body.data.wheel_id}/finalize`)
    return { upload, finalize }
  }
  const noZip = await wheel(Buffer.from("this is no zip"))
  expect(noZip.upload.status).toBe(200)
  expect(noZip.finalize.status).toBe(422)
  expect(noZip.finalize.body.detail).toContain("not a zip archive")
  const differs = await wheel(Buffer.from("one"), Buffer.from("two"))
  expect(differs.upload.status).toBe(422)
  expect(differs.finalize.body.detail).toContain("not uploaded")
  expect((await put("http://x/api/v1/uploads/forged.token", Buffer.from("x"))).status).toBe(403)
  expect((await call("GET", "/environmentshub/local/hostile/@latest")).status).toBe(404)
  const { readSourceArchive } = await import("../services/environments/archives/source-archive.ts")
  const { writeFile, mkdtemp, rm } = await import("node:fs/promises")
  const folder = await mkdtemp("/tmp/he-archive-")
  const check = async (bytes: Buffer) => {
    await writeFile(`${folder}/a.tar.gz`, bytes)
    return readSourceArchive(`${folder}/a.tar.gz`)
  }
  await expect(check(await tarOf({ "../climb.py": "x" }))).rejects.toThrow("leads out of it")
  await expect(check(await tarOf({ "/abs.py": "x" }))).rejects.toThrow("leads out of it")
  await expect(check(await tarOf({}, (tar) => tar.entry({ name: "link", type: "symlink", linkname: "/etc/passwd" })))).rejects.toThrow(
    "only files and folders",
  )
  await expect(check(Buffer.from("no gzip"))).rejects.toThrow("gzipped tar")
  expect((await check(await tarOf({ "README.md": "# ok", "pyproject.toml": "not = [toml" }))).readme).toBe("# ok")
  await rm(folder, { recursive: true })
})

test("the event stream says hello, then sends changes of runs, and ends when its reader leaves", async () => {
  const environment = await fakeEnvironment()
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
  const environment = await fakeEnvironment()
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
