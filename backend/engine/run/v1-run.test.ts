import { execFile } from "node:child_process"
import { readFile, writeFile } from "node:fs/promises"
import path from "node:path"
import { promisify } from "node:util"
import { beforeAll, expect, test } from "vitest"
import { publishFolder } from "../../seed.ts"
import { logOf, untilChecked, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { writeWheel } from "../../testing/wheels.ts"
import { PythonBases } from "../install/python-bases.ts"

// Packages as the library's own `init` writes them, with the two blanks filled in, published and run like any other environment.

/** The model calls the tool that it is offered, once, and says what it got. */
const { platform, scratch, launch } = await testEngine(
  async ({ messages, tools }) => {
    const last = messages.at(-1)
    const [tool] = (tools ?? []) as { function: { name: string } }[]
    if (!tool || last?.role === "tool") return `I heard ${String(last?.content)}`
    const call = { name: tool.function.name, arguments: JSON.stringify({ text: `${String(last?.content)}!` }) }
    const message = { role: "assistant", content: null, tool_calls: [{ id: "c1", type: "function", function: call }] }
    return Response.json({
      id: "r",
      object: "chat.completion",
      created: 1,
      model: "scripted",
      choices: [{ index: 0, finish_reason: "tool_calls", message }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    })
  },
  { MAX_CONCURRENT_RUNS: "2", MAX_CONCURRENT_CHECKS: "1" },
)
let plain: string
let withTool: string

beforeAll(async () => {
  // Made for the first package that needs it, which on a clean machine takes longer than a test waits for a check.
  const { config } = platform()
  const { path: wheel } = await writeWheel(scratch, { name: "any-v1", requires: [], files: { "any_v1.py": "import verifiers.v1\n" } })
  await new PythonBases(config, config.pythonBase as string).of(wheel, () => {}, new AbortController().signal)
  plain = await publishScaffold("plain-v1", "Plain", [])
  withTool = await publishScaffold("echo-v1", "Echo", ["--add-tool"])
}, 600_000)

/** Publishes what `init` writes. Its task is worth 1 when the model repeats the prompt; the last one's reward raises. */
async function publishScaffold(name: string, prefix: string, options: string[]): Promise<string> {
  const init = "import sys; from verifiers.v1.cli.init import main; main(sys.argv[1:])"
  await promisify(execFile)(platform().config.pythonBase as string, ["-c", init, name, "--path", scratch, ...options])
  const module = name.replace("-", "_")
  const file = path.join(scratch, module, module, "taskset.py")
  const source = await readFile(file, "utf8")
  const data = `[${prefix}Task(${prefix}Data(idx=i, prompt=f"word {i}"), self.config.task) for i in range(self.config.num_tasks)]`
  const filled = source
    .replace(
      /raise NotImplementedError\("Score[^\n]*/,
      `return {0: 1.0, 1: 1.0}[self.data.idx] if self.data.prompt in trace.last_reply else 0.0`,
    )
    .replace(/raise NotImplementedError\(\s*"Return[\s\S]*?\n {8}\)/, `return ${data}`)
  expect(filled).not.toContain("NotImplementedError")
  await writeFile(file, filled)
  await publishFolder(platform(), path.join(scratch, module))
  return (await platform().call("GET", `/environmentshub/local/${name}/@latest`)).body.data.id
}

/** Launches a run and waits for its end. */
async function runOf(environmentId: string, config: object): Promise<any> {
  return untilRun(platform(), await launch(environmentId, { rollouts_per_example: 2, max_retries: 0, ...config }))
}

const samplesOf = async (run: any) =>
  (await platform().call("GET", `/evaluations/${run.evaluation_id}/samples?limit=100`)).body.samples as any[]
const logText = (run: any) => logOf(platform(), run.evaluation_id)

test("the check of a v1 package reports its settings, rewards and size", async () => {
  const detail = await untilChecked(platform(), "plain-v1")
  expect(detail.action).toMatchObject({ status: "SUCCESS" })
  expect(detail).toMatchObject({ dataset_size: 5, rewards: [{ name: "reward", weight: 1 }] })
  expect(detail.arguments).toEqual([
    {
      name: "num_tasks",
      type: "integer",
      annotation: "int",
      required: false,
      default: 5,
      choices: null,
      description: "How many tasks to build.",
    },
  ])
}, 150_000)

test("a v1 taskset runs hosted, every rollout once, and the run says which harness played", async () => {
  const run = await runOf(plain, {})
  expect(run).toMatchObject({
    status: "COMPLETED",
    total_samples: 4,
    failure: null,
    progress: { total: 4, started: 4, done: 4, errored: 0 },
  })
  expect(run.avg_score).toBe(1)
  expect(run.metadata).toMatchObject({
    avg_reward: 1,
    harnesses: [{ agent: "agent", harness: "platform-chat", instead_of: "bash" }],
  })
  expect(run.usage).toMatchObject({ requests: 4, prompt_tokens: 40, completion_tokens: 20 })
  // v1 sends the id of each agent's trace with its requests.
  const { body } = await platform().call("GET", `/evaluations/${run.evaluation_id}/sample-summaries`)
  for (const sample of body.samples) expect(sample.usage).toMatchObject({ requests: 1, prompt_tokens: 10, completion_tokens: 5 })
  const samples = await samplesOf(run)
  expect(samples.map((sample) => `${sample.example_id}:${sample.rollout_number}`).sort()).toEqual(["0:1", "0:2", "1:1", "1:2"])
  expect(samples[0]).toMatchObject({ error: null, metrics: { reward: 1 }, token_usage: { input_tokens: 10, output_tokens: 5 } })
  expect(samples[0].prompt[0].content).toMatch(/^word \d$/)
  const log = await logText(run)
  expect(log).toContain("v1's default is a shell for the model; this run used chat only")
  // The number of examples is known from the check; a run of a part of them does not change it.
  expect((await platform().call("GET", "/environmentshub/local/plain-v1/@latest")).body.data.dataset_size).toBe(5)
}, 150_000)

test("a reward that raises is an error of its rollout, not a silent 0", async () => {
  const run = await runOf(plain, { num_examples: 3, rollouts_per_example: 1, env_args: { num_tasks: 3 } })
  expect(run).toMatchObject({ status: "COMPLETED", total_samples: 3, progress: { done: 3, errored: 1 } })
  const lost = (await samplesOf(run)).find((sample) => sample.example_id === 2)
  expect(lost).toMatchObject({ reward: 0, error: { error: "TaskError", message: "task PlainTask scoring: KeyError: 2" } })
  expect(await logText(run)).toContain("plain_v1/taskset.py")
  const { body } = await platform().call("GET", `/evaluations/${run.evaluation_id}/sample-summaries?limit=10&outcome=error`)
  expect(body.samples[0]).toMatchObject({ error_class: "environment_scoring" })
  const { body: detail } = await platform().call("GET", `/evaluations/${run.evaluation_id}/samples/${body.samples[0].sample_id}`)
  expect(detail.problems).toMatchObject([
    {
      class: "environment_scoring",
      place: { file: "plain_v1/taskset.py", function: "reward", code: expect.stringContaining("self.data.idx") },
    },
  ])
}, 150_000)

test("a taskset's tools run beside the environment", async () => {
  const run = await runOf(withTool, { num_examples: 1, rollouts_per_example: 1 })
  const [sample] = await samplesOf(run)
  expect(sample).toMatchObject({ reward: 1, error: null })
  expect(sample.completion.map((message: any) => message.role)).toEqual(["assistant", "tool", "assistant"])
  expect(sample.completion.at(-1).content).toBe("I heard word 0!")
  expect(sample.tool_defs.map((tool: any) => tool.name)).toEqual(["echo_echo"])
}, 150_000)

test("an option that v1 does not have ends the run with a sentence that names it", async () => {
  const run = await runOf(plain, { state_columns: ["trajectory"] })
  expect(run).toMatchObject({
    status: "FAILED",
    total_samples: 0,
    failure: { class: "environment_arguments", fix: { set: { state_columns: null } } },
  })
  expect(run.failure.message).toContain("state_columns cannot be used: this is a verifiers v1 taskset")
}, 150_000)
