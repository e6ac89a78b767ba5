import { expect, test } from "vitest"
import { newEnvironment } from "../testing/service-context.ts"
import { testApiKey, testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

/** An environment with a version in the database, for tests that run nothing. */
const unrunEnvironment = async (name: string): Promise<string> =>
  (await newEnvironment(platform(), { userId: await platform().ownerId() }, { name })).id

test("pushed samples arrive once, however often and in whatever order their batches are sent", async () => {
  const environment = await unrunEnvironment("unrun-pushed")
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
    environments: [{ id: await unrunEnvironment("unrun-export") }],
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
  const environment = await unrunEnvironment("unrun-pages")
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
