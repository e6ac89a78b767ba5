import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { unzipped } from "../../../testing/archives.ts"
import { testPlatform } from "../../../testing/test-platform.ts"

const platform = testPlatform()
const awkward = 'a|b_c&d<e> "x"\\ \u202eשלום\u2028 `$1` [y](z) \u0007{}#%~^'

async function evaluationWith(samples: object[], values: object = {}): Promise<string> {
  const { body, status } = await platform().call("POST", "/evaluations/", { name: "e", run_id: "r", model_name: "acme/small", ...values })
  expect(status).toBeLessThan(300)
  await platform().call("POST", `/evaluations/${body.evaluation_id}/samples`, { samples })
  return body.evaluation_id
}

const download = async (id: string, file: string): Promise<Response> =>
  platform().fetch(new Request(`http://platform.test/api/v1/evaluations/${id}/export/${file}`), { userId: await platform().ownerId() })

/** What jsonschema with the schemas of Every Eval Ever, and huggingface_hub, find wrong in texts, by their names. */
function problemsOf(files: Record<string, string>): Record<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), "he-published-"))
  const paths = Object.entries(files).map(([name, text]) => {
    const path = join(folder, basename(name))
    writeFileSync(path, text)
    return path
  })
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const said = execFileSync(process.env.PYTHON_BASE ?? "python3", [join(import.meta.dirname, "validate.py"), ...paths], {
    encoding: "utf8",
  })
  return Object.fromEntries(Object.entries(JSON.parse(said)).map(([path, problems]) => [basename(path), problems as string[]]))
}

async function everyEvalEver(
  id: string,
): Promise<{ files: Record<string, string>; record: Record<string, any>; lines: any[]; stem: string }> {
  const files = await unzipped(new Uint8Array(await (await download(id, "every-eval-ever.zip")).arrayBuffer()))
  const names = Object.keys(files)
  const name = names.find((one) => one.endsWith(".json")) ?? ""
  const samples = files[names.find((one) => one.endsWith(".jsonl")) ?? ""] ?? ""
  return {
    files,
    record: JSON.parse(files[name] ?? ""),
    lines: samples
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
    stem: name.replace(/\.json$/, ""),
  }
}

const call = { id: "c1", type: "function", function: { name: "add", arguments: '{"a": 1, "b": {"c": [2]}}' } }
const rows = [
  {
    example_id: 7,
    prompt: [
      {
        role: "user",
        content: [
          { type: "text", text: "1 + 1" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        ],
      },
    ],
    completion: [
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", content: "2" },
      { role: "assistant", content: "two", reasoning_content: "so" },
    ],
    answer: "2",
    reward: 1,
    metrics: { correct: 1 },
    token_usage: { input_tokens: 10, output_tokens: 5 },
  },
  { example_id: 7, prompt: "p", completion: "c", reward: 0, error: "broke" },
  { example_id: awkward, prompt: awkward, completion: [{ role: "assistant", content: awkward }], reward: 1 },
  { example_id: "none", prompt: "p", completion: "c" },
]

test("a record of Every Eval Ever is what its own schemas allow, at its place in the datastore, with our interval", async () => {
  const id = await evaluationWith(rows)
  const { files, record, lines, stem } = await everyEvalEver(id)
  expect(stem).toMatch(/^data\/unknown\/acme\/small\/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Object.values(problemsOf(files))).toEqual([[], []])

  const samples = files[`${stem}_samples.jsonl`] ?? ""
  expect(record.detailed_evaluation_results).toEqual({
    format: "jsonl",
    file_path: `${stem}_samples.jsonl`,
    hash_algorithm: "sha256",
    checksum: createHash("sha256").update(samples).digest("hex"),
    total_rows: 3,
    additional_details: { left_out_without_a_reward: "1" },
  })
  expect(lines).toHaveLength(3)
  expect(lines.every((line) => line.evaluation_id === record.evaluation_id && line.model_id === record.model_info.id)).toBe(true)
  expect(lines.map((line) => [line.interaction_type, line.evaluation.score, line.evaluation.is_correct, line.error])).toEqual([
    ["agentic", 1, true, null],
    ["single_turn", 0, false, "broke"],
    ["single_turn", 1, true, null],
  ])
  expect(lines[0].messages[1].tool_calls).toEqual([{ id: "c1", name: "add", arguments: { a: "1", b: '{"c":[2]}' } }])
  expect(lines[0].messages.at(-1)).toMatchObject({ role: "assistant", content: "two", reasoning_trace: "so" })
  expect(JSON.stringify(lines[0])).not.toContain("base64")
  expect(lines[2].input.raw).toBe(awkward)

  const { body: statistics } = await platform().call("GET", `/evaluations/${id}/statistics`)
  const byId = Object.fromEntries(record.evaluation_results.map((one: any) => [one.evaluation_result_id, one]))
  expect(byId.reward.score_details).toMatchObject({
    score: statistics.reward.mean,
    uncertainty: { confidence_interval: { lower: statistics.reward.interval95.low, upper: statistics.reward.interval95.high } },
    details: { errors: "1", "metric: correct": "1" },
  })
  expect(byId.error_rate.score_details.score).toBe(0.25)
  expect(byId.pass_at_1.metric_config.metric_parameters).toEqual({ k: 1, threshold: 0.5 })
})

test("results that are awkward stay valid: no sample, no reward, huge rewards, names that no path may have", async () => {
  const odd = { name: awkward, model_name: `${awkward}/..` }
  const ids = [
    await evaluationWith([], odd),
    await evaluationWith([{ example_id: 1, prompt: "p" }], odd),
    await evaluationWith(
      [
        { example_id: 1, reward: -1e300 },
        { example_id: 2, reward: 1e308 },
      ],
      { ...odd, model_name: "x".repeat(200) },
    ),
    await evaluationWith([{ example_id: 1, reward: 1e-9 }], { ...odd, model_name: "CON/a/b" }),
  ]
  for (const id of ids) {
    const { files, record, stem } = await everyEvalEver(id)
    const yaml = await (await download(id, "eval_results.yaml")).text()
    expect(Object.values(problemsOf({ ...files, "eval_results.yaml": yaml })).flat(), stem).toEqual([])
    expect(stem.split("/").slice(0, -1), stem).toHaveLength(4)
    expect(stem).not.toMatch(/[<>:"\\|?*]|\/\.\.?\/|\/CON\//)
    expect("detailed_evaluation_results" in record).toBe(
      record.evaluation_results.some((one: any) => one.evaluation_result_id === "reward"),
    )
  }
})

test("the entry for Hugging Face has the mean, its interval and the run, and says what is still to be filled in", async () => {
  const id = await evaluationWith(rows, { name: awkward })
  const yaml = await (await download(id, "eval_results.yaml")).text()
  expect(problemsOf({ "eval_results.yaml": yaml })).toEqual({ "eval_results.yaml": [] })
  expect(yaml).toContain("# Put this into .eval_results/")
  expect(yaml).toMatch(/^ {2}value: 0\.666\d+$/m)
  expect(yaml).toMatch(/95 % interval [\d.]+ to [\d.]+/)
  expect(yaml).toContain(`/dashboard/evaluations/${id}`)
  expect(yaml).not.toContain("\u2028")
})

test("the validators do refuse what is wrong", () => {
  const wrong = {
    "a.json": '{"schema_version": 1}',
    "a_samples.jsonl": '{"score": 1}\n',
    "a.yaml": "- dataset: {id: a, task_id: b}\n  value: 1\n  extra: 2\n",
  }
  for (const [name, problems] of Object.entries(problemsOf(wrong))) expect(problems.length, name).toBeGreaterThan(0)
})

test("no secret leaves with what is published: neither those of the run nor what arguments call one", async () => {
  const secret = "sk-do-not-publish-me"
  const id = await evaluationWith(rows, {
    metadata: {
      api_key: secret,
      env_args: { judge_api_key: secret, nested: [{ password: secret, max_tokens: 5 }], split: "test" },
      sampling_args: { temperature: 0.5, max_tokens: 64 },
    },
  })
  for (const file of ["model-card.md", "model-card.tex", "eval_results.yaml"])
    expect(await (await download(id, file)).text(), file).not.toContain(secret)
  const { files, record } = await everyEvalEver(id)
  for (const [name, text] of Object.entries(files)) expect(text, name).not.toContain(secret)
  const { generation_args, additional_details } = record.evaluation_results[0].generation_config
  expect(JSON.parse(additional_details.env_args)).toEqual({
    judge_api_key: "(left out)",
    nested: [{ password: "(left out)", max_tokens: 5 }],
    split: "test",
  })
  expect(generation_args).toEqual({ temperature: 0.5, max_tokens: 64 })
})

test("the table says the same in Markdown and in LaTeX, whatever the names", async () => {
  const id = await evaluationWith(rows, { name: awkward, model_name: `${awkward}/${"m".repeat(200)}` })
  const markdown = await (await download(id, "model-card.md")).text()
  const table = markdown.split("\n").filter((line) => line.startsWith("|"))
  expect(table).toHaveLength(3)
  // Cells are split at bars that no backslash stands before.
  const cells = table.map((line) => line.split(/(?<!\\)\|/).length)
  expect(new Set(cells).size).toBe(1)
  const latex = await (await download(id, "model-card.tex")).text()
  const [head, row] = latex.split("\n").filter((line) => line.trimEnd().endsWith("\\\\"))
  expect(row?.split(/(?<!\\)&/).length).toBe(head?.split(/(?<!\\)&/).length)
  expect(latex).toContain("\\textbackslash{}")
})
