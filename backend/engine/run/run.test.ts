import { execFile } from "node:child_process"
import { readdir, readFile } from "node:fs/promises"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { runStatistics } from "../../../contract/index.ts"
import { publishFolder } from "../../seed.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findEvaluationRow, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { findStatistics } from "../../store/evaluations/run-statistics.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { foldersOf, processesIn } from "../../testing/run-processes.ts"
import { hasEnded, logOf, untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"

const run = promisify(execFile)

// What the stand-in model says to "hello 3": 3 for even numbers, "no idea" for odd ones, after a wait that a test may choose.
let wait = 0
const { platform, model, port, scratch, launch } = await testEngine(
  async (request) => {
    if (wait > 0) await sleep(wait)
    const number = Number(String(request.messages.at(-1)?.content).split(" ").at(-1))
    return number % 2 === 0 ? `it is ${number}` : "no idea"
  },
  { MAX_CONCURRENT_RUNS: "3" },
  { config: { num_examples: 4, rollouts_per_example: 2 } },
)

const until = (id: string, reached: (run: any) => boolean = hasEnded, seconds?: number) => untilRun(platform(), id, reached, seconds)
const samplesOf = async (id: string) => (await platform().call("GET", `/evaluations/${id}/samples?limit=1000`)).body.samples as any[]
const logText = (id: string) => logOf(platform(), id)

test("a run does every rollout once, and its numbers are those of its samples", async () => {
  const id = await publishEnvironment(platform(), "echo-plain", echoEnvironment())
  const run = await until(await launch(id, { num_examples: 5, rollouts_per_example: 3, env_args: { greeting: "hi" } }), hasEnded)
  expect(run).toMatchObject({
    status: "COMPLETED",
    total_samples: 15,
    progress: { total: 15, started: 15, done: 15, errored: 0 },
    failure: null,
  })
  const samples = await samplesOf(run.evaluation_id)
  expect(samples.map((sample) => sample.example_id).sort()).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
  // Examples 0, 2, 4 are answered right: 1; 1 and 3 are not: 0.25.
  expect(run.avg_score).toBeCloseTo((9 * 1 + 6 * 0.25) / 15, 12)
  expect(run.avg_score).toBeCloseTo(samples.reduce((sum, sample) => sum + sample.reward, 0) / 15, 12)
  expect(run.min_score).toBe(0.25)
  expect(run.max_score).toBe(1)
  expect(run.usage).toMatchObject({ requests: 15, failed_requests: 0, prompt_tokens: 150, completion_tokens: 75 })
  expect(run.usage.cost_usd).toBeCloseTo((150 * 1 + 75 * 10) / 1e6, 12)
  expect(samples[0].prompt[0].content).toMatch(/^hi \d$/)
  const { body: found } = await platform().call("GET", "/search?query=finished:%2015%20rollouts")
  expect(found.hits).toMatchObject([{ evaluation_id: run.evaluation_id, where: "log", match: "Finished: 15 rollouts" }])

  // They are kept before anybody asks.
  const { db } = platform().services
  const row = (await findEvaluationRow(db, run.evaluation_id)) as EvaluationRecord
  await expect.poll(() => findStatistics(db, row)).toMatchObject({ samples: 15 })
  const { body: statistics } = await platform().call("GET", `/evaluations/${run.evaluation_id}/statistics`)
  const recomputed = runStatistics(
    run.evaluation_id,
    // In the order of examples, as the platform adds them up: sums of the same numbers in another order differ in the last digit.
    [...samples]
      .sort((a, b) => a.example_id - b.example_id)
      .map((sample) => ({
        example_id: String(sample.example_id),
        reward: sample.reward,
        metrics: sample.metrics,
        errored: false,
        truncated: false,
      })),
  )
  expect(statistics.reward).toEqual(recomputed.reward)
  expect(statistics.metrics.find((metric: any) => metric.name === "length").mean).toBeCloseTo((9 * 7 + 6 * 7) / 15, 9)
  // The library counts by itself, and comes to the same.
  expect(run.metadata.avg_metrics.correct).toBeCloseTo(run.avg_score, 12)
  expect(Object.keys(run.metadata.pass_at_k)).toContain("2")
  for (const [name, ofUs] of [
    ["pass_at_k", "pass_at"],
    ["pass_all_k", "pass_all"],
  ] as const)
    for (const [k, share] of Object.entries(run.metadata[name]))
      expect(statistics.pass_at_k.find((point: any) => point.k === Number(k))?.[ofUs]).toBeCloseTo(Number(share), 12)
}, 120_000)

test("the samples of a hosted run are what vf-eval writes for the same environment, endpoint and seed", async () => {
  const folder = path.join(platform().config.root, "environments/word_arithmetic")
  await publishFolder(platform(), folder)
  const { body } = await platform().call("GET", "/environmentshub/local/word-arithmetic/@latest")
  const hosted = await until(
    await launch(
      body.data.id,
      { num_examples: 6, rollouts_per_example: 2, sampling_args: { seed: 7, temperature: 0.5 } },
      { inference_model: "demo/apprentice" },
    ),
    hasEnded,
  )
  expect(hosted.status).toBe("COMPLETED")

  const output = path.join(scratch, "vf-eval")
  const python = platform().config.pythonBase as string
  const options = [
    "-m",
    "apprentice",
    "-n",
    "6",
    "-r",
    "2",
    "-S",
    '{"seed": 7, "temperature": 0.5}',
    "-b",
    `http://127.0.0.1:${port}/demo/v1`,
    "-k",
    "ANY_KEY",
  ]
  await run(
    path.join(path.dirname(python), "vf-eval"),
    ["word-arithmetic", ...options.with(1, "demo/apprentice"), "-s", "-d", "--disable-env-server", "-o", output],
    {
      env: { PATH: process.env.PATH, HOME: scratch, PYTHONPATH: folder, ANY_KEY: "somebody-else" } as unknown as NodeJS.ProcessEnv,
      timeout: 120_000,
    },
  )
  const files = await readdir(output, { recursive: true })
  const results = files.find((file) => file.endsWith("results.jsonl")) as string
  const local = (await readFile(path.join(output, results), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
  const comparable = (rows: any[]) =>
    rows
      .map(({ example_id, prompt, completion, answer, info, reward, metrics, stop_condition, is_truncated, error, token_usage }) =>
        JSON.stringify({ example_id, prompt, completion, answer, info, reward, metrics, stop_condition, is_truncated, error, token_usage }),
      )
      .sort()
  const hostedRows = await samplesOf(hosted.evaluation_id)
  expect(hostedRows).toHaveLength(12)
  expect(comparable(hostedRows)).toEqual(comparable(local))
}, 180_000)

test("stop ends a run within two seconds, keeps what is done and leaves no process", async () => {
  const id = await publishEnvironment(platform(), "echo-slow", echoEnvironment({ examples: 400 }))
  wait = 150
  const evaluation = await launch(id, { num_examples: 400, rollouts_per_example: 1, max_concurrent: 4 })
  await until(evaluation, (one) => one.progress.done >= 4)
  const folders = await foldersOf(platform(), evaluation)
  const asked = Date.now()
  const { status, body } = await platform().call("PATCH", `/hosted-evaluations/${evaluation}/cancel`)
  expect(status).toBe(200)
  expect(body.success).toBe(true)
  const stopped = await until(evaluation, hasEnded, 10)
  expect(Date.now() - asked).toBeLessThan(2000)
  wait = 0
  expect(stopped).toMatchObject({ status: "CANCELLED", failure: { class: "cancelled" } })
  expect(stopped.total_samples).toBeGreaterThanOrEqual(4)
  expect(await samplesOf(evaluation)).toHaveLength(stopped.total_samples)
  expect(await processesIn(folders)).toEqual([])
  // The run's own token died with it.
  const again = await platform().call("PATCH", `/hosted-evaluations/${evaluation}/cancel`)
  expect(again.body.status).toBe("CANCELLED")
}, 60_000)

test("a run that takes longer than its timeout ends as TIMEOUT with what it has", async () => {
  const { body } = await platform().call("GET", "/environmentshub/local/echo-slow/@latest")
  wait = 100
  const evaluation = await launch(body.data.id, { num_examples: 300, rollouts_per_example: 1, max_concurrent: 2 })
  await until(evaluation, (one) => one.progress.done >= 2)
  const folders = await foldersOf(platform(), evaluation)
  // Two hours are too long for a test: the deadline that the run was given is moved, which its supervisor reads from the row.
  await updateEvaluation(platform().services.db, evaluation, { deadlineAt: new Date() })
  const timedOut = await until(evaluation, hasEnded, 10)
  wait = 0
  expect(timedOut).toMatchObject({ status: "TIMEOUT", failure: { class: "timeout" } })
  expect(timedOut.total_samples).toBeGreaterThanOrEqual(2)
  expect(await processesIn(folders)).toEqual([])
}, 60_000)

test("a run whose process is killed continues where it was, and no rollout is lost or doubled", async () => {
  const { body } = await platform().call("GET", "/environmentshub/local/echo-slow/@latest")
  wait = 300
  const evaluation = await launch(body.data.id, { num_examples: 40, rollouts_per_example: 2, max_concurrent: 4 })
  await until(evaluation, (one) => one.progress.done >= 6)
  for (const pid of await processesIn(await foldersOf(platform(), evaluation))) process.kill(Number(pid), "SIGKILL")
  wait = 0
  const done = await until(evaluation, hasEnded)
  expect(done).toMatchObject({ status: "COMPLETED", total_samples: 80 })
  const samples = await samplesOf(evaluation)
  const perExample = new Map<number, number>()
  for (const sample of samples) perExample.set(sample.example_id, (perExample.get(sample.example_id) ?? 0) + 1)
  expect(perExample.size).toBe(40)
  expect([...perExample.values()].every((count) => count === 2)).toBe(true)
  expect(await logText(evaluation)).toContain("Attempt 2")
}, 120_000)

test("an exception in one rollout is recorded and the others go on", async () => {
  const id = await publishEnvironment(
    platform(),
    "echo-raises",
    echoEnvironment({ setup: 'if number == 2: raise ZeroDivisionError("example two is odd")' }),
  )
  const run = await until(await launch(id), hasEnded)
  expect(run).toMatchObject({ status: "COMPLETED", total_samples: 8, progress: { errored: 2 } })
  const { body } = await platform().call("GET", `/evaluations/${run.evaluation_id}/sample-summaries?outcome=error`)
  expect(body.total).toBe(2)
  expect(body.samples[0].error).toContain("example two is odd")
}, 60_000)

test("secrets reach the environment, and neither its log nor its samples tell them", async () => {
  const secret = 's3cr3t/"value"+ü'
  const code = echoEnvironment({
    load: 'print("run", *sorted(f"{name}={value}" for name, value in os.environ.items() if name == "EVALUATION_ID" or name.startswith("PRIME_"))); print("the key is", os.environ["MY_KEY"]); vf.ensure_keys(["MY_KEY"]); greeting = "hello " + os.environ["MY_KEY"]',
  })
  const id = await publishEnvironment(platform(), "echo-secret", code)
  const without = await until(await launch(id), hasEnded)
  expect(without).toMatchObject({ status: "FAILED", failure: { class: "missing_secret", exception: "KeyError" } })
  const evaluation = await launch(id, { num_examples: 2, rollouts_per_example: 1, custom_secrets: { MY_KEY: secret } })
  const run = await until(evaluation, hasEnded)
  expect(run.status).toBe("COMPLETED")
  expect(run.eval_config.custom_secrets).toEqual({ MY_KEY: "$MY_KEY" })
  expect(model.requests.some((request) => String(request.messages.at(-1)?.content).includes(secret))).toBe(true)
  const everything = JSON.stringify([run, await samplesOf(evaluation)]) + (await logText(evaluation))
  expect(everything).toContain("the key is [MY_KEY]")
  // What Prime's packages read is this platform's, and the key is the run's own.
  const { workerPort, publicUrl } = platform().config
  const at = `http://127.0.0.1:${workerPort}`
  expect(everything).toContain(
    `run EVALUATION_ID=${evaluation} PRIME_API_BASE_URL=${at} PRIME_API_KEY=[PRIME_API_KEY] PRIME_FRONTEND_URL=${publicUrl} PRIME_INFERENCE_URL=${at}/api/v1 PRIME_TRACES_URL=${at}`,
  )
  expect(everything).not.toContain("s3cr3t")
  const { rows } = await platform().database.pool.query("select 1 from run_secrets where evaluation_id = $1", [evaluation])
  expect(rows).toEqual([])
}, 90_000)

test.each([
  [
    "a missing package",
    echoEnvironment().replace("import verifiers as vf", "import verifiers as vf\nimport not_a_package"),
    {},
    "environment_dependency",
    "not_a_package",
  ],
  ["wrong arguments", echoEnvironment(), { env_args: { colour: "red" } }, "environment_arguments", "colour"],
  ["a missing key", echoEnvironment({ load: 'vf.ensure_keys(["JUDGE_KEY"])' }), {}, "missing_secret", "JUDGE_KEY"],
])(
  "%s is explained",
  async (what, code, config, kind, word) => {
    const id = await publishEnvironment(platform(), `broken-${what.replace(/ /g, "-")}`, code)
    const run = await until(await launch(id, config), hasEnded)
    expect(run).toMatchObject({ status: "FAILED", failure: { class: kind } })
    expect(run.failure.message).toContain(word)
    expect(run.error_message).toContain(word)
  },
  60_000,
)

test("a dependency that cannot be installed is an install failure in the installer's words", async () => {
  const id = await publishEnvironment(platform(), "no-such-dependency", echoEnvironment(), { dependencies: ["openai>=3"] })
  const run = await until(await launch(id), hasEnded)
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "environment_install" } })
  expect(run.failure.message).toContain("openai")
}, 60_000)

test("one double click, one run: the same idempotency key answers with the first run", async () => {
  const { body } = await platform().call("GET", "/environmentshub/local/echo-plain/@latest")
  const both = await Promise.all([1, 2, 3].map(() => launch(body.data.id, {}, { idempotency_key: "a-double-click" })))
  expect(new Set(both).size).toBe(1)
  await until(both[0] as string, hasEnded)
}, 60_000)
