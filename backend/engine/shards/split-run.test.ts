import { readdir, readFile } from "node:fs/promises"
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
const { platform, launch } = await testEngine(async (request) => {
  await sleep(waitMs)
  const number = String(request.messages.at(-1)?.content).split(" ").at(-1)
  return Number(number) % 2 === 0 ? `it is ${number}` : "no idea"
})

/** The machine is idle or not as tests are run on it, and this one is about what follows. */
const splitsSoon = `
import asyncio
import importlib

runner = importlib.import_module("hosted-runner.evaluate")


async def _worth(most, left):
    while left() > 185 or left() <= 0:
        await asyncio.sleep(0.01)
    return 2


runner.processes_worth = _worth
`
let echo: string

beforeAll(async () => {
  echo = await publishEnvironment(platform(), "splitting-echo", `${splitsSoon}${echoEnvironment({ examples: 100 })}`)
})

const attemptsOf = async (id: string): Promise<any[]> => (await platform().call("GET", `/hosted-evaluations/${id}/attempts`)).body.attempts
const shardsOf = async (id: string) =>
  ((await findEvaluationRow(platform().services.db, id))?.handle as AttemptHandle | null | undefined)?.shards ?? []

async function expectEveryRolloutOnce(id: string): Promise<void> {
  const { samples } = (await platform().call("GET", `/evaluations/${id}/sample-summaries?limit=1000`)).body
  expect(samples).toHaveLength(200)
  expect(new Set(samples.map((one: any) => `${one.example_id}:${one.rollout_index}`)).size).toBe(200)
  for (const { example_id, reward } of samples) expect(reward).toBe(Number(example_id) % 2 === 0 ? 1 : 0.25)
}

test("a process that splits shares what it has not begun: each rollout once, in one attempt of two processes", {
  timeout: 200_000,
}, async () => {
  const id = await launch(echo, { num_examples: 100, rollouts_per_example: 2, max_concurrent: 6 })
  await untilRun(platform(), id, ({ progress }) => progress.done > 60)
  const workDirs = (await shardsOf(id)).map(({ workDir }) => workDir)
  const run = await untilRun(platform(), id)
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 200, progress: { total: 200, done: 200 } })
  await expectEveryRolloutOnce(id)
  expect(run.avg_score).toBeCloseTo((1 + 0.25) / 2, 12)
  expect(await attemptsOf(id)).toMatchObject([{ ended: "completed", samples: 200, processes: 2 }])
  const { lines } = (await platform().call("GET", `/evaluations/${id}/log-lines?limit=5000`)).body
  expect(lines.filter(({ text }: any) => text.startsWith("Runner started"))).toHaveLength(2)
  expect(lines.filter(({ text }: any) => text.includes("2 processes share what is left"))).toHaveLength(1)
  const ofOther = (await platform().call("GET", `/evaluations/${id}/log-lines?limit=5000&shard=1`)).body.lines
  expect(ofOther.length).toBeGreaterThan(2)
  expect(await processesIn(workDirs)).toEqual([])
  expect((await readdir(path.join(platform().config.dataDir, "runs"))).filter((name) => name.startsWith(id))).toEqual([])
})

test("a run that asks for one process has one", { timeout: 120_000 }, async () => {
  const id = await launch(echo, { num_examples: 100, rollouts_per_example: 2, max_concurrent: 6, shards: 1 })
  expect(await untilRun(platform(), id)).toMatchObject({ status: "COMPLETED", total_samples: 200 })
  expect(await attemptsOf(id)).toMatchObject([{ samples: 200, processes: 1 }])
})

test("what a killed one of them had left is for the next attempt", { timeout: 200_000 }, async () => {
  waitMs = 60
  const id = await launch(echo, { num_examples: 100, rollouts_per_example: 2, max_concurrent: 6 })
  const other = await until(
    "the other process plays",
    async () => {
      const [, second] = await shardsOf(id)
      const { lines } = (await platform().call("GET", `/evaluations/${id}/log-lines?limit=500&shard=1`)).body
      return lines.some(({ text }: any) => text.includes("rollouts to do")) && second
    },
    { seconds: 120 },
  )
  process.kill(JSON.parse(await readFile(path.join(other.workDir, "shim.json"), "utf8")).child_pid, "SIGKILL")
  const run = await untilRun(platform(), id)
  expect(run, JSON.stringify(run.failure)).toMatchObject({ status: "COMPLETED", total_samples: 200, progress: { done: 200 } })
  await expectEveryRolloutOnce(id)
  expect(await attemptsOf(id)).toMatchObject([{ ended: "lost", processes: 2 }, { ended: "completed" }])
})
