import { expect, test } from "vitest"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"
import { episodeRecord, jsonLines, sendForm, traceRecord, uploadLines } from "../testing/traces.ts"

const platform = testPlatform()

const get = async (address: string) => (await platform().call("GET", address)).body

async function bytesOf(address: string): Promise<string> {
  const headers = { authorization: `Bearer ${testApiKey}` }
  const response = await platform().fetch(new Request(`http://platform.test/api/v1${address}`, { headers }), null)
  expect(response.status).toBe(200)
  return response.text()
}

async function newRun(): Promise<string> {
  const environment = await platform().call("POST", "/environmentshub/resolve", { name: "v1-echo" })
  const body = { name: "one", environments: [{ id: environment.body.data.id }], model_name: "test/scripted", tags: [] }
  return (await platform().call("POST", "/evaluations/", body)).body.evaluation_id
}

const run = (id: string, step?: number) => ({ type: "eval", id, ...(step === undefined ? {} : { work: { type: "train", step } }) })

test("an uploaded episode is a sample of its run, comes back byte for byte, and its parts are read by themselves", async () => {
  const id = await newRun()
  const [solver, judge] = [traceRecord("solver-1", { run: run(id) }), traceRecord("judge-1", { run: run(id), rewards: {}, metrics: {} })]
  judge.agent = { name: "judge", trainable: false, config: { model: "test/judge" } }
  // Written as Python may: spaces, escapes, and a number that no double holds.
  const line = JSON.stringify(episodeRecord("episode-1", [solver, judge], { run: run(id) }))
    .replace('"env":', ' "seed" : 12345678901234567890 , "text":"\\u00e9\\ud83d\\ude00 é",\t"env":')
    .replace('"judge-1"', '"judge-1" ')
  const uploaded = await uploadLines(platform(), `${line}\n`, { context: { source: "prime-runs", run_type: "eval" } })
  expect(uploaded).toEqual({ status: 200, body: { upload_id: expect.stringMatching(/^[0-9a-f]{64}$/), status: "committed" } })

  expect(await bytesOf("/episodes/episode-1?raw=true&whole=true")).toBe(line)
  const frame = JSON.parse(await bytesOf("/episodes/episode-1?raw=true"))
  expect(frame).toMatchObject({ id: "episode-1", env: { id: "v1-echo" }, traces: ["solver-1", "judge-1"] })
  expect(await bytesOf("/traces/solver-1?raw=true")).toBe(JSON.stringify(solver))

  expect(await get("/traces/solver-1")).toMatchObject({
    run_id: id,
    environment_id: "v1-echo",
    episode_id: "episode-1",
    model: { id: "test/scripted" },
    score: { reward: 0.5, outcome: "ok" },
    execution: { has_error: false, is_truncated: false },
    duration_ms: 3100,
    total_tokens: 15,
    context: { source: "prime-runs", run_type: "eval" },
    activity: { model_turns: 1, tool_calls: 0, user_messages: 1, total_entries: 2 },
  })
  expect((await get("/traces/judge-1")).score.reward).toBeNull()
  const nodes = await get("/traces/solver-1/nodes?limit=1&role=assistant")
  expect(nodes).toMatchObject({ next_cursor: null, partial_index: false })
  expect(nodes.items).toEqual([
    {
      node_idx: 1,
      parent_idx: 0,
      timestamp: 1795950344.8,
      sampled: true,
      semantic_parents: [],
      message: { role: "assistant", content: "it is solver-1" },
    },
  ])
  const calls = await get("/traces/solver-1/calls")
  expect(calls.items).toMatchObject([
    { call_idx: 0, node_idx: 1, finish_reason: "stop", usage: { prompt_tokens: 10 }, time_end: 1795950343.8, error: null },
  ])
  expect(await get("/episodes/episode-1")).toMatchObject({
    has_error: false,
    traces: { trace_count: 2, total_tokens: 30, agent_names: ["agent", "judge"], any_trace_error: false },
  })

  const { samples } = await get(`/evaluations/${id}/sample-summaries`)
  expect(samples).toMatchObject([
    {
      example_id: "0",
      rollout_index: 0,
      reward: 0.5,
      outcome: "ok",
      metrics: { correct: 1, length: 7 },
      input_tokens: 20,
      output_tokens: 10,
      prompt_preview: "say 0",
    },
  ])
  const { sample } = await get(`/evaluations/${id}/samples/${samples[0].sample_id}`)
  expect(sample).toMatchObject({ sample_id: "episode-1", completion: [{ content: "it is solver-1" }], rollout_number: 1 })
  expect(sample.info.native_wrapper.traces).toHaveLength(2)
  const all = await get(`/evaluations/${id}/samples`)
  expect(all).toMatchObject({ total: 1, samples: [{ sample_id: "episode-1", reward: 0.5 }] })
  const found = await get(`/evaluations/${id}/sample-summaries?search=${encodeURIComponent("it is solver-1")}`)
  expect(found.samples).toHaveLength(1)
})

test("the same bytes count once, changed ones replace, and an upload under a key of something else is a conflict", async () => {
  const id = await newRun()
  const lines = (answer: string) =>
    jsonLines(
      ["a", "b"].map((name) =>
        episodeRecord(`e-${name}`, [
          traceRecord(`t-${name}`, { run: run(id), rewards: { correct: { score: name === "a" ? Number(answer) : 1 } } }),
        ]),
      ),
    )
  const first = await uploadLines(platform(), lines("1"))
  expect(await uploadLines(platform(), lines("1"), { gzip: false })).toEqual(first)
  const key = `sha256:${first.body.upload_id}`
  expect(await uploadLines(platform(), lines("0"), { key })).toMatchObject({ status: 409, body: { error: { code: "digest_mismatch" } } })
  expect(await uploadLines(platform(), lines("1"), { lineFormat: "trace" })).toMatchObject({
    status: 409,
    body: { error: { code: "line_format_conflict" } },
  })
  const second = await uploadLines(platform(), lines("0"))
  expect(second.status).toBe(200)
  const evaluation = await get(`/evaluations/${id}`)
  expect(evaluation).toMatchObject({ total_samples: 2, avg_score: 0.5 })
  const { samples } = await get(`/evaluations/${id}/sample-summaries?sort_by=seq`)
  expect(samples.map((one: any) => [one.rollout_index, one.reward]).sort()).toEqual([
    [0, 0],
    [1, 1],
  ])
  expect((await get("/traces/t-a")).generation).toBe(2)
  expect((await get("/traces/t-b")).generation).toBe(1)
  const ofUploads = await get(`/traces?upload_id=${second.body.upload_id}&upload_id=${first.body.upload_id}&run_id=${id}`)
  expect(ofUploads.items).toHaveLength(2)
})

test.each([
  ["no key", { key: "" }, "x", "invalid_idempotency_key"],
  ["another key", { key: `sha256:${"0".repeat(64)}` }, jsonLines([episodeRecord("x", [])]), "digest_mismatch"],
  ["no schema", { metadata: {} }, jsonLines([episodeRecord("x", [])]), "invalid_metadata"],
  ["another schema", { metadata: { schema_version: 2 } }, jsonLines([episodeRecord("x", [])]), "unsupported_schema_version"],
  ["no lines", {}, "\n \n", "invalid_trace"],
  ["no JSON", {}, '{"id": "x", "traces": [}\n', "invalid_trace"],
  ["half a line", {}, '{"id": "x", "traces": [{"id": "t", "nodes": [', "invalid_trace"],
  ["NaN", {}, '{"id": "x", "traces": [], "n": NaN}', "invalid_trace"],
  [
    "a token that is none",
    {},
    jsonLines([episodeRecord("x", [traceRecord("t")])]).replace('"token_ids":[1,2]', '"token_ids":[1,,2]'),
    "invalid_trace",
  ],
  ["no object", {}, "[1]\n", "invalid_trace"],
  ["no id", {}, '{"traces": []}\n', "invalid_trace"],
  ["a trace without an id", {}, '{"id": "x", "traces": [{}]}\n', "invalid_trace"],
  ["no UTF-8", {}, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), "malformed_encoding"],
  ["traces as episodes", {}, jsonLines([traceRecord("x")]), "line_format_mismatch"],
  ["one episode twice", {}, jsonLines([episodeRecord("x", []), episodeRecord("x", [])]), "duplicate_episode_id"],
  [
    "one trace twice",
    {},
    jsonLines([episodeRecord("x", [traceRecord("t")]), episodeRecord("y", [traceRecord("t")])]),
    "duplicate_trace_id",
  ],
  ["a long id", {}, jsonLines([episodeRecord("x".repeat(513), [])]), "episode_id_too_long"],
  ["deep nesting", {}, `{"id": "x", "traces": [], "deep": ${"[".repeat(600)}${"]".repeat(600)}}`, "invalid_trace"],
])("an upload with %s is refused as a whole", async (_, options, lines, code) => {
  const good =
    typeof lines === "string" && lines.startsWith('{"id"') && code === "invalid_trace" ? jsonLines([episodeRecord("kept-out", [])]) : ""
  const { status, body } = await uploadLines(platform(), good === "" ? lines : good + lines, options)
  expect({ status, code: body.error?.code }, JSON.stringify(body)).toEqual({ status: 400, code })
  expect((await platform().call("GET", "/episodes/kept-out")).body.error.code).toBe("episode_not_found")
})

test("broken forms are refused with a sentence", async () => {
  const headers = { "content-type": "multipart/form-data; boundary=b", "idempotency-key": `sha256:${"0".repeat(64)}` }
  const part = (name: string, text: string, more = "") => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n${more}\r\n${text}\r\n`
  const metadata = part("metadata", '{"schema_version": 1}')
  const forms: [string, string][] = [
    ["--b--\r\n", "invalid_metadata"],
    [`${metadata}--b--\r\n`, "invalid_metadata"],
    [`${part("traces", "x")}--b--\r\n`, "invalid_metadata"],
    [`${metadata}${metadata}--b--\r\n`, "invalid_metadata"],
    [`${metadata}${part("other", "x")}--b--\r\n`, "invalid_metadata"],
    [`${metadata}--b\r\nContent-Disposition: form-data; name="traces"\r\n\r\n{"id": 1`, "invalid_metadata"],
    [`${metadata}${part("traces", "no gzip", "Content-Encoding: gzip\r\n")}--b--\r\n`, "malformed_encoding"],
    [`${metadata}${part("traces", "x", "Content-Encoding: br\r\n")}--b--\r\n`, "malformed_encoding"],
    ["no form at all", "invalid_metadata"],
  ]
  for (const [form, code] of forms) {
    const { status, body } = await sendForm(platform(), form, headers)
    expect({ status, code: body.error?.code }, form).toEqual({ status: 400, code })
  }
  expect(await sendForm(platform(), "x", { ...headers, "content-type": "text/plain" })).toMatchObject({ status: 400 })
})

test("lists are narrowed down and paged, runs and steps summed up", async () => {
  const records = [0, 1, 2, 3, 4].map((i) =>
    traceRecord(`list-${i}`, {
      run: run("training-run", i % 2),
      rewards: i === 4 ? {} : { correct: { score: i / 4 } },
      ok: i !== 3,
      timing: { start: 1795950000 + i, agent: { end: 1795950001 + 2 * i } },
    }),
  )
  const { body } = await uploadLines(platform(), jsonLines(records), { lineFormat: "trace", context: { run_type: "train", "a.b": "c" } })
  const ids = async (query: string) => (await get(`/traces?run_id=training-run&${query}`)).items.map((one: any) => one.trace_id)
  expect(await ids("")).toEqual(["list-4", "list-3", "list-2", "list-1", "list-0"])
  expect(await ids("sort=reward")).toEqual(["list-3", "list-2", "list-1", "list-0", "list-4"])
  expect(await ids("sort=duration_ms&reward_max=0.5")).toEqual(["list-2", "list-1", "list-0"])
  expect(await ids("has_error=true")).toEqual(["list-3"])
  expect(await ids(`upload_id=${body.upload_id}&context.a.b=c&limit=2`)).toEqual(["list-4", "list-3"])
  expect(await ids("context.a.b=d")).toEqual([])
  expect(await ids("created_after=2026-11-29T11:00:02Z&created_before=2026-11-29T11:00:04Z")).toEqual(["list-3", "list-2"])
  for (const sort of ["created_at", "reward", "duration_ms"]) {
    const pages: string[][] = []
    for (let cursor = ""; pages.length === 0 || cursor; ) {
      const page = await get(`/traces?run_id=training-run&limit=2&sort=${sort}${cursor && `&cursor=${cursor}`}`)
      pages.push(page.items.map((one: any) => one.trace_id))
      cursor = page.next_cursor ?? ""
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1])
    expect(pages.flat()).toEqual(await ids(`sort=${sort}`))
  }
  expect((await platform().call("GET", "/traces?cursor=nonsense")).body.error.code).toBe("invalid_cursor")

  expect(await get("/runs/training-run")).toMatchObject({
    trace_count: 5,
    episode_count: 0,
    avg_reward: 0.375,
    step_min: 0,
    step_max: 1,
    step_count: 2,
    has_error: true,
    model_ids: ["test/scripted"],
    context: { run_type: "train" },
  })
  expect((await get("/runs/training-run/steps")).items).toEqual([
    { step: 0, trace_count: 3, episode_count: 0, avg_reward: 0.25 },
    { step: 1, trace_count: 2, episode_count: 0, avg_reward: 0.5 },
  ])
  const runs = await get("/runs?run_type=train&run_type=unknown&limit=1")
  expect(runs.items.map((one: any) => one.run_id)).toEqual(["training-run"])
  expect((await platform().call("GET", "/runs/none")).body.error.code).toBe("run_not_found")
})

test("rewards of any size have a mean", async () => {
  const huge = [1e200, 3e200].map((score, i) => traceRecord(`huge-${i}`, { run: run("huge-run", 0), rewards: { correct: { score } } }))
  await uploadLines(platform(), jsonLines(huge), { lineFormat: "trace" })
  expect(await get("/runs/huge-run")).toMatchObject({ trace_count: 2, avg_reward: 2e200 })
  const largest = [1.7e308, 1.7e308].map((score, i) =>
    traceRecord(`largest-${i}`, { run: run("largest-run", 0), rewards: { correct: { score } } }),
  )
  await uploadLines(platform(), jsonLines(largest), { lineFormat: "trace" })
  expect((await get("/runs/largest-run/steps")).items).toMatchObject([{ avg_reward: 1.7e308 }])
})
