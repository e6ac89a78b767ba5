import { expect, test } from "vitest"
import { newId } from "../base/ids.ts"
import { createLog } from "../base/log.ts"
import { openDatabase } from "../store/db.ts"
import type { UsageEntry } from "../store/usage/usage.ts"
import { newUser } from "../testing/service-context.ts"
import { testPlatform } from "../testing/test-platform.ts"
import { until } from "../testing/until.ts"
import { Meter } from "./meter.ts"

const platform = testPlatform()

const entryOf = (userId: string): UsageEntry => ({
  userId,
  teamId: null,
  evaluationId: null,
  sessionId: null,
  provider: "p",
  model: "m",
  status: 200,
  latencyMs: 1,
  promptTokens: 3,
  cachedTokens: 0,
  reasoningTokens: 0,
  completionTokens: 4,
  costUsd: 0.5,
})
const usageOf = async (userId: string) =>
  (
    await platform().database.pool.query(
      `select sum(requests)::float8 as requests, sum(unpriced_requests)::float8 as unpriced, sum(prompt_tokens)::float8 as prompt, sum(cost_usd) as usd
        from daily_usage where user_id = $1`,
      [userId],
    )
  ).rows[0]

test("entries that the database refuses hold up no others, and count as requests without a price", async () => {
  const { meter } = platform().services
  const { userId } = await newUser(platform(), "poisoned")
  const entry = entryOf(userId)
  const refused = [{ promptTokens: 1.5 }, { completionTokens: 1e30 }, { model: Array.from({ length: 6000 }, () => Math.random()).join("") }]
  for (let i = 0; i < 300; i++) meter.record({ ...entry, ...(refused[i / 100] ?? {}) })
  await meter.flush()
  expect(await usageOf(userId)).toEqual({ requests: 300, unpriced: 3, prompt: 3 * 297, usd: 0.5 * 297 })
})

test("sums go on beyond 32 bits, and beyond what a number holds exactly", async () => {
  const { meter } = platform().services
  const { userId } = await newUser(platform(), "big")
  for (let i = 0; i < 10_000; i++) meter.record({ ...entryOf(userId), promptTokens: 1e12 })
  meter.record({ ...entryOf(userId), promptTokens: 3_000_000_000 })
  await meter.flush()
  expect(await usageOf(userId)).toMatchObject({ requests: 10_001, unpriced: 0, prompt: 1e16 + 3e9 })
})

test.each(["before", "after"])("usage whose connection is lost %s its commit counts once", async (when) => {
  const { config } = platform()
  const { userId } = await newUser(platform(), `cut-${when}`)
  const database = openDatabase(config.databaseUrl, createLog("test", "silent"), { max: 1 })
  database.pool.once("connect", (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = (async (statement: { text: string }, ...rest: unknown[]) => {
      if (statement.text !== "commit") return query(statement, ...rest)
      if (when === "after") await query(statement, ...rest)
      const { processID } = client as unknown as { processID: number }
      await platform().database.pool.query("select pg_terminate_backend($1)", [processID])
      return query("select 1")
    }) as typeof client.query
  })
  const meter = new Meter(database.db, createLog("test", "silent"))
  meter.record(entryOf(userId))
  await meter.flush()
  await until("it is stored", async () => {
    await meter.flush()
    return (await usageOf(userId)).requests !== null
  })
  await meter.flush()
  expect(await usageOf(userId)).toMatchObject({ requests: 1, usd: 0.5 })
  await database.close()
})

test("requests of a run that was deleted meanwhile are stored all the same, for the account", async () => {
  const { db, meter } = platform().services
  const userId = await platform().ownerId()
  const entry = { ...entryOf(userId), evaluationId: newId(), sessionId: "s", model: "m\0" }
  for (let i = 0; i < 2500; i++) meter.record({ ...entry, promptTokens: 1 })
  await meter.flush()
  const { rows } = await platform().database.pool.query(
    "select requests::int, prompt_tokens::int as prompt, cost_usd, model, environment_id from daily_usage where user_id = $1",
    [userId],
  )
  expect(rows).toEqual([{ requests: 2500, prompt: 2500, cost_usd: 1250, model: "m\uFFFD", environment_id: "" }])
  expect((await db.query.usageTotals.findMany()).length).toBe(0)
})
