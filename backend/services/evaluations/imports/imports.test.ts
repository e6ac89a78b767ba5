import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { expect, test } from "vitest"
import { runArchives, unzipped, zipOf, zipped } from "../../../testing/archives.ts"
import { newEnvironment } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"

const platform = testPlatform()

const { send, exported, filesOf } = runArchives(platform)

const parsed = (text: string | undefined) => JSON.parse(text ?? "null")

test("a folder of verifiers comes back with the rows and the metadata that went in", async () => {
  await newEnvironment(platform(), { userId: await platform().ownerId() }, { name: "sums" })
  // Rows that are equal are rollouts that came out alike, also where they fall into different batches.
  const rows = Array.from({ length: 450 }, (_, n) => ({
    example_id: n % 2,
    reward: 0.5,
    prompt: "p",
    completion: [{ role: "assistant", content: "c" }],
  }))
  const metadata = { env_id: "local/sums", model: "acme/small", avg_reward: 0.5, num_examples: 2, rollouts_per_example: 225, seed: 1.5 }
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join("")
  const { status, body } = await send(
    await zipped({ "sums--acme/1/metadata.json": JSON.stringify(metadata), "sums--acme/1/results.jsonl": lines }),
    "?name=mine",
  )
  expect(status, JSON.stringify(body)).toBe(201)
  expect(body).toMatchObject({ name: "mine", total_samples: 450 })
  const run = (await platform().call("GET", `/evaluations/${body.evaluation_id}`)).body
  expect(run).toMatchObject({
    status: "COMPLETED",
    is_hosted: false,
    environment_names: ["local/sums"],
    model_name: "acme/small",
    avg_score: 0.5,
  })
  const back = await unzipped(await exported(body.evaluation_id, "run.zip"))
  expect(back["results.jsonl"]).toBe(lines)
  expect(parsed(back["metadata.json"])).toEqual(metadata)
  expect(await readdir(path.join(platform().config.dataDir, "imports"))).toEqual([])
})

const header = {
  version: 2,
  status: "success",
  eval: { eval_id: "e", run_id: "r", task: "acme/say", model: "openai/small", dataset: { samples: 1 }, config: { epochs: 2 }, tags: ["a"] },
  plan: { name: "plan", steps: [{ solver: "generate", params: {} }] },
  results: { total_samples: 2, completed_samples: 2, scores: [{ name: "match", scorer: "match", metrics: {} }] },
}
const sample = (epoch: number, letter: string) => ({
  id: "one",
  epoch,
  input: "say 1",
  target: "1",
  messages: [
    { id: "m1", role: "user", content: "say 1", source: "input" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", reasoning: "so" },
        { type: "text", text: "" },
      ],
      tool_calls: [{ id: "c1", function: "add", arguments: { a: 1.5 }, type: "function" }],
    },
    { role: "tool", content: "2", tool_call_id: "c1", function: "add" },
    { role: "assistant", content: "1" },
  ],
  output: { model: "openai/small", choices: [{ message: { role: "assistant", content: "1" }, stop_reason: "stop" }] },
  scores: { match: { value: letter, answer: "1" }, parts: { value: { form: 0.25, rest: true } } },
  metadata: { a: 1 },
  events: [{ event: "span_begin", name: "init" }],
  model_usage: { "openai/small": { input_tokens: 3, output_tokens: 2, total_tokens: 5 } },
  total_time: 1.5,
})

test("a log of Inspect becomes a run, and comes back with the values that went in", async () => {
  const samples = [sample(1, "C"), sample(2, "I")]
  const files = Object.fromEntries(samples.map((one) => [`samples/one_epoch_${one.epoch}.json`, JSON.stringify(one)]))
  const reductions = [{ scorer: "match", reducer: "mean", samples: [] }]
  const { status, body } = await send(
    await zipped({ ...files, "reductions.json": JSON.stringify(reductions), "header.json": JSON.stringify(header) }),
  )
  expect(status, JSON.stringify(body)).toBe(201)
  const run = (await platform().call("GET", `/evaluations/${body.evaluation_id}`)).body
  expect(run).toMatchObject({
    name: "acme/say (openai/small)",
    framework: "inspect_ai",
    model_name: "openai/small",
    total_samples: 2,
    avg_score: 0.5,
  })
  const { samples: listed } = (await platform().call("GET", `/evaluations/${body.evaluation_id}/sample-summaries`)).body
  expect(listed[0]).toMatchObject({
    example_id: "one",
    rollout_index: 0,
    reward: 1,
    metrics: { match: 1, "parts/form": 0.25, "parts/rest": 1 },
    prompt_preview: "say 1",
    completion_preview: "1",
    input_tokens: 3,
    output_tokens: 2,
    duration_ms: 1500,
  })
  const back = await unzipped(await exported(body.evaluation_id, "run.eval"))
  expect(parsed(back["header.json"])).toEqual(header)
  expect(parsed(back["reductions.json"])).toEqual(reductions)
  for (const one of samples) expect(parsed(back[`samples/one_epoch_${one.epoch}.json`])).toEqual(one)
})

test("a log that Inspect itself wrote, packed with Zstandard, comes back with its values", async () => {
  const log = await readFile(path.join(import.meta.dirname, "fixtures/sums.eval"))
  const { status, body } = await send(log)
  expect(status, JSON.stringify(body)).toBe(201)
  const { samples } = (await platform().call("GET", `/evaluations/${body.evaluation_id}/sample-summaries?sort_by=example`)).body
  expect(samples.map((one: any) => [one.example_id, one.rollout_index, one.reward, one.completion_preview])).toEqual([
    ["s0", 0, 1, "It is 1 or 2, surely."],
    ["s1", 0, 1, "It is 1 or 2, surely."],
    ["s0", 1, 1, "It is 1 or 2, surely."],
    ["s1", 1, 1, "It is 1 or 2, surely."],
  ])
  const [before, back] = [await filesOf(log), await unzipped(await exported(body.evaluation_id, "run.eval"))]
  const given = Object.keys(before).filter((name) => /^(samples|header|reductions)/.test(name))
  expect(given).toHaveLength(6)
  for (const name of given) expect(parsed(back[name]), name).toEqual(parsed(before[name]))
})

const metadata = JSON.stringify({ env_id: "a/b", model: "m" })

/** The log with some bytes of its first sample changed. */
function damaged(log: Buffer): Buffer {
  const at = log.indexOf("samples/s0_epoch_1.json") + 100
  return Buffer.concat([log.subarray(0, at), Buffer.alloc(200, 7), log.subarray(at + 200)])
}

test("what cannot be read is refused with a sentence, and leaves nothing behind", async () => {
  const archives: [RegExp, Uint8Array][] = [
    [/no zip archive/, Buffer.from("not a zip")],
    [/nothing that can be read here/, zipOf(["README.md"])],
    [/holds 2 runs/, await zipped({ "a/results.jsonl": "", "b/results.jsonl": "" })],
    [/Line 2 of results.jsonl is not JSON/, await zipped({ "metadata.json": metadata, "results.jsonl": '{"reward": 1}\n{"rew' })],
    [/header.json is not JSON/, await zipped({ "header.json": "{" })],
    [/samples.s0_epoch_1.json cannot be unpacked/, damaged(await readFile(path.join(import.meta.dirname, "fixtures/sums.eval")))],
    [/has no samples.1_epoch_1.sample.json/, await zipped({ "header.json": "{}", "samples/1_epoch_1/messages/0.json": "[]" })],
  ]
  const before = (await platform().call("GET", "/evaluations/")).body.total
  for (const [sentence, archive] of archives) {
    const { status, body } = await send(archive)
    expect(status).toBe(422)
    expect(JSON.stringify(body.errors)).toMatch(sentence)
  }
  expect((await platform().call("GET", "/evaluations/")).body.total).toBe(before)
  expect(await readdir(path.join(platform().config.dataDir, "imports"))).toEqual([])
})
