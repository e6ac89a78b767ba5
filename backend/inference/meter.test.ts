import { expect, test } from "vitest"
import { newId } from "../base/ids.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()

test("requests of a run that was deleted meanwhile are stored all the same, for the account", async () => {
  const { db, meter } = platform().services
  const userId = await platform().ownerId()
  const entry = {
    userId,
    teamId: null,
    evaluationId: newId(),
    sessionId: "s",
    provider: "p",
    model: "m\0",
    status: 200,
    latencyMs: 1,
    promptTokens: 3,
    cachedTokens: 0,
    reasoningTokens: 0,
    completionTokens: 4,
    costUsd: 0.5,
  }
  for (let i = 0; i < 2500; i++) meter.record({ ...entry, promptTokens: 1 })
  await meter.flush()
  const { rows } = await platform().database.pool.query(
    "select requests, prompt_tokens::int as prompt, cost_usd, model, environment_id from daily_usage where user_id = $1",
    [userId],
  )
  expect(rows).toEqual([{ requests: 2500, prompt: 2500, cost_usd: 1250, model: "m\uFFFD", environment_id: "" }])
  expect((await db.query.usageTotals.findMany()).length).toBe(0)
})
