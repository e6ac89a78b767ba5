import { beforeAll, expect, test } from "vitest"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { newHostedRun } from "../../testing/waiting-run.ts"
import { withClient } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { updateEvaluation } from "../evaluations/evaluations.ts"
import { countSandboxTimes } from "./sandbox-time.ts"

const platform = testPlatform()
const runs: EvaluationRecord[] = []
const ask = (sql: string) => withClient(platform().config.databaseUrl, async (client) => (await client.query(sql)).rows)

beforeAll(async () => {
  const owner = await newUser(platform(), "sandbox-time")
  for (let i = 0; i < 3; i++) {
    const id = await newHostedRun(platform(), owner, `sandbox-time-${i}`)
    // Of the same environment and model, so that they add to the same row of the day.
    const same = { attempt: 1, modelName: "a", environmentId: runs[0]?.environmentId ?? null }
    runs.push((await updateEvaluation(platform().services.db, id, i === 0 ? { attempt: 1, modelName: "a" } : same)) as EvaluationRecord)
  }
})

test("the first count starts the clock, each further one adds what went by to the attempt and to the day", async () => {
  const { db } = platform().services
  const [first, second, third] = runs as [EvaluationRecord, EvaluationRecord, EvaluationRecord]
  await countSandboxTimes(db, [
    { run: first, usdPerHour: null },
    { run: second, usdPerHour: 3.6 },
  ])
  expect(await ask("select * from daily_usage")).toEqual([])
  await ask("update sandbox_time set since = until - interval '10 s', until = until - interval '10 s'")
  // One that begins beside others that go on.
  await countSandboxTimes(
    db,
    [third, second, first].map((run) => ({ run, usdPerHour: null })),
  )
  const [day, ...others] = await ask("select sandbox_ms::float8 as ms, sandbox_usd as usd from daily_usage")
  expect(others).toEqual([])
  expect(day.ms).toBeGreaterThanOrEqual(20_000)
  expect(day.ms).toBeLessThan(60_000)
  // What an hour costs was said when the clock was started: 0.1 cents a second, of one of them.
  expect(day.usd).toBeGreaterThanOrEqual(0.01)
  expect(day.usd).toBeLessThan(0.03)
  const clocks = await ask("select extract(epoch from until - since)::float8 as seconds from sandbox_time order by seconds")
  expect(clocks.map(({ seconds }) => Math.floor(seconds / 10))).toEqual([0, 1, 1])
})

test("many that are counted at once by several workers do not wait for each other in a circle", async () => {
  const { db } = platform().services
  const all = runs.map((run) => ({ run, usdPerHour: null }))
  await Promise.all(Array.from({ length: 8 }, (_, i) => countSandboxTimes(db, i % 2 ? all : [...all].reverse())))
  expect((await ask("select evaluation_id from sandbox_time")).length).toBe(3)
})

test("nothing to count asks for nothing", async () => {
  await countSandboxTimes(platform().services.db, [])
})
