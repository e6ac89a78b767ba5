import { readdir, readFile } from "node:fs/promises"
import { availableParallelism } from "node:os"
import path from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { beforeAll, expect, test } from "vitest"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { echoEnvironment, publishEnvironment } from "../../testing/environments.ts"
import { processesIn } from "../../testing/run-processes.ts"
import { untilRun } from "../../testing/runs.ts"
import { testEngine } from "../../testing/test-engine.ts"
import { until } from "../../testing/until.ts"
import type { AttemptHandle } from "../attempt/attempt-process.ts"

let waitMs = 0
let atOnce = 0
let most = 0
const { platform, model, launch } = await testEngine(async (request) => {
  most = Math.max(most, ++atOnce)
  await sleep(waitMs)
  atOnce--
  const number = String(request.messages.at(-1)?.content).split(" ").at(-1)
  return Number(number) % 2 === 0 ? `it is ${number}` : "no idea"
})
let echo: string

beforeAll(async () => {
  echo = await publishEnvironment(platform(), "sharded-echo", echoEnvironment({ examples: 100 }))
})

const samplesOf = async (id: string): Promise<any[]> =>
  (await platform().call("GET", `/evaluations/${id}/sample-summaries?limit=1000`)).body.samples
const linesOf = async (id: string, query = ""): Promise<any[]> =>
  (await platform().call("GET", `/evaluations/${id}/log-lines?limit=5000${query}`)).body.lines
const attemptsOf = async (id: string): Promise<any[]> => (await platform().call("GET", `/hosted-evaluations/${id}/attempts`)).body.attempts
const shardsOf = async (id: string) => {
  const row = await findEvaluationRow(platform().services.db, id)
  return (row?.handle as AttemptHandle | null)?.shards ?? []
}
const runnerOf = async (workDir: string): Promise<number> => JSON.parse(await readFile(path.join(workDir, "shim.json"), "utf8")).child_pid
const nothingIsLeft = async (id: string, workDirs: string[]) => {
  expect(await processesIn(workDirs)).toEqual([])
  // They are removed once the run is over.
  const folders = async () => (await readdir(path.join(platform().config.dataDir, "runs"))).filter((name) => name.startsWith(id))
  await until("their folders are gone", async () => (await folders()).length === 0)
}

async function expectEveryRolloutOnce(id: string, examples: number, rollouts: number): Promise<void> {
  const samples = await samplesOf(id)
  expect(samples).toHaveLength(examples * rollouts)
  const kinds = new Set(samples.map(({ example_id, rollout_index }) => `${example_id}:${rollout_index}`))
  expect(kinds.size).toBe(examples * rollouts)
  for (const { example_id, reward } of samples) expect(reward).toBe(Number(example_id) % 2 === 0 ? 1 : 0.25)
}

test("four processes share the rollouts; one that is killed loses none, and the log says who wrote what", {
  timeout: 280_000,
}, async () => {
  waitMs = 150
  most = 0
  const id = await launch(echo, { num_examples: 100, rollouts_per_example: 2, shards: 4, max_concurrent: 6 })
  await untilRun(platform(), id, ({ progress }) => progress.done >= 20)
  const shards = await shardsOf(id)
  expect(shards).toHaveLength(4)
  process.kill(await runnerOf(shards[1]?.workDir as string), "SIGKILL")
  const run = await untilRun(platform(), id)
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 200, progress: { total: 200, done: 200 } })
  await expectEveryRolloutOnce(id, 100, 2)
  expect(run.avg_score).toBeCloseTo((1 + 0.25) / 2, 12)

  const attempts = await attemptsOf(id)
  expect(attempts.map(({ ended }) => ended)).toEqual(["lost", "completed"])
  expect(attempts[0].samples + attempts[1].samples).toBe(200)
  // The others went on to their ends: what was left is a part of one share.
  expect(attempts[1].samples).toBeGreaterThan(0)
  expect(attempts[1].samples).toBeLessThan(50)
  // Six rollouts at a time, over all processes.
  expect(most).toBeLessThanOrEqual(6)
  expect(most).toBeGreaterThan(4)

  const hellos = (await linesOf(id)).filter(({ text }) => text.startsWith("Runner started"))
  expect(hellos.map(({ shard }) => shard).sort()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  const ofOne = await linesOf(id, "&shard=2")
  expect(ofOne.length).toBeGreaterThan(2)
  expect(new Set(ofOne.map(({ shard }) => shard))).toEqual(new Set([2]))
  await nothingIsLeft(
    id,
    shards.map(({ workDir }) => workDir),
  )
})

test("one stop and one budget end all of them, and leave nothing", { timeout: 200_000 }, async () => {
  waitMs = 300
  const stopped = await launch(echo, { num_examples: 100, rollouts_per_example: 2, shards: 3, max_concurrent: 6 })
  await untilRun(platform(), stopped, ({ progress }) => progress.done > 5)
  const shards = (await shardsOf(stopped)).map(({ workDir }) => workDir)
  expect(await processesIn(shards)).not.toEqual([])
  await platform().call("PATCH", `/hosted-evaluations/${stopped}/cancel`)
  expect(await untilRun(platform(), stopped)).toMatchObject({ status: "CANCELLED" })
  await nothingIsLeft(stopped, shards)

  model.requests.length = 0
  const budget = await launch(echo, { num_examples: 100, rollouts_per_example: 2, shards: 3, max_concurrent: 3, max_total_tokens: 300 })
  const run = await untilRun(platform(), budget)
  expect(run).toMatchObject({ status: "FAILED", failure: { class: "budget_exceeded" } })
  expect(run.total_samples).toBeGreaterThan(5)
  // 15 tokens a request: 20 of them, and what was under way.
  expect(model.requests.length).toBeLessThan(60)

  // What a stopped run has left is shared out anew when it is resumed.
  waitMs = 10
  const { status } = await platform().call("POST", `/hosted-evaluations/${stopped}/resume`, {})
  expect(status).toBe(200)
  const resumed = await untilRun(platform(), stopped, ({ status, progress }) => status === "COMPLETED" && progress.done === 200)
  expect(resumed.failure).toBeNull()
  await expectEveryRolloutOnce(stopped, 100, 2)
})

test("a failure of one of them is the run's, and ends the others", { timeout: 120_000 }, async () => {
  waitMs = 300
  const environment = await publishEnvironment(
    platform(),
    "sharded-failing",
    echoEnvironment({ examples: 60, setup: 'assert number != 7, "seven"' }),
  )
  const id = await launch(environment, { num_examples: 60, shards: 2, max_concurrent: 4, on_rollout_exception: "abort" })
  await until("it has its processes", async () => (await shardsOf(id)).length > 0)
  const shards = (await shardsOf(id)).map(({ workDir }) => workDir)
  const run = await untilRun(platform(), id)
  expect(run).toMatchObject({ status: "FAILED", failure: { message: expect.stringContaining("seven") } })
  expect(run.total_samples).toBeLessThan(59)
  await nothingIsLeft(id, shards)
})

test("a run in shards stops when its answer is settled", { timeout: 180_000 }, async () => {
  waitMs = 100
  const id = await launch(echo, { num_examples: -1, rollouts_per_example: 1, shards: 2, max_concurrent: 4, stop_threshold: 0.2 })
  const run = await untilRun(platform(), id)
  expect(run).toMatchObject({ status: "COMPLETED", settling: { kind: "settled", verdict: "above", of: 100 } })
  expect(run.total_samples).toBe(run.settling.examples)
  expect(run.total_samples).toBeLessThan(100)
})

test("where more than 256 rollouts go on at once there are two processes, as far as there are cores", { timeout: 180_000 }, async () => {
  waitMs = 0
  const id = await launch(echo, { num_examples: 100, rollouts_per_example: 3, max_concurrent: 300 })
  expect(await untilRun(platform(), id)).toMatchObject({ status: "COMPLETED", total_samples: 300 })
  await expectEveryRolloutOnce(id, 100, 3)
  const hellos = (await linesOf(id)).filter(({ text }) => text.startsWith("Runner started"))
  expect(hellos).toHaveLength(Math.min(2, availableParallelism()))
})

test("more shards than may run at once, or than the platform has, are refused before the launch", async () => {
  const asked = (config: object) =>
    platform().call("POST", "/hosted-evaluations", {
      environment_ids: [echo],
      inference_model: "test/scripted",
      eval_config: { num_examples: 2, rollouts_per_example: 1, ...config },
    })
  const tooMany = await asked({ shards: 4, max_concurrent: 3 })
  expect(tooMany.status).toBe(422)
  expect(JSON.stringify(tooMany.body)).toContain("must be at most max_concurrent, which is 3")
  expect(JSON.stringify((await asked({ shards: 9 })).body)).toContain("must be at most 8 on this platform")
})
