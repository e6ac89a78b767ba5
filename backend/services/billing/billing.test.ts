import { expect, test } from "vitest"
import { newId } from "../../base/ids.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { insertEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { insertUsage } from "../../store/usage/usage.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { accountOf, budgetOf, setMonthlyBudget } from "./budget.ts"
import { estimateRun } from "./estimate.ts"
import { getRunUsage } from "./read-billing.ts"
import { getUsage } from "./read-usage.ts"

const platform = testPlatform()

/** A request through the gateway of 100 prompt and 10 completion tokens. */
const spend = (
  userId: string,
  costUsd: number | null,
  rest: { teamId?: string; evaluationId?: string; createdAt?: Date; model?: string; sessionId?: string; promptTokens?: number } = {},
) =>
  insertUsage(platform().services.db, [
    {
      userId,
      teamId: null,
      evaluationId: null,
      sessionId: null,
      provider: "p",
      model: "m",
      status: 200,
      latencyMs: 1,
      promptTokens: 100,
      cachedTokens: 0,
      reasoningTokens: 0,
      completionTokens: 10,
      costUsd,
      ...rest,
    },
  ])

async function endedRun(userId: string, environmentId: string, modelName: string): Promise<string> {
  const id = newId()
  await insertEvaluation(platform().services.db, {
    id,
    name: "run",
    userId,
    teamId: null,
    isHosted: true,
    evalType: "environment",
    status: "COMPLETED",
    phase: "ended",
    environmentId,
    environments: [],
    modelName,
    metadata: {},
    samplesDone: 2,
  })
  return id
}

test("a budget is of the month: what was spent before it does not count", async () => {
  const ada = await newUser(platform(), "ada")
  await spend(ada.userId, 1.5)
  await spend(ada.userId, 40, { createdAt: new Date(Date.now() - 40 * 86_400_000) })
  expect(await setMonthlyBudget(ada, { monthly_usd: 10 })).toMatchObject({ monthly_usd: 10, spent_usd: 1.5, may_change: true })
  expect(await ada.budgets.excessOfAccount({ userId: ada.userId, teamId: null })).toBeNull()
  await spend(ada.userId, 8.5)
  expect(await ada.budgets.excessOfAccount({ userId: ada.userId, teamId: null })).toContain("Your budget of $10.00")
  expect(await setMonthlyBudget(ada, { monthly_usd: null })).toMatchObject({ monthly_usd: null })
  expect(await ada.budgets.excessOfAccount({ userId: ada.userId, teamId: null })).toBeNull()
})

test("a team's budget is changed by its owners, seen by its members, and apart from theirs", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  await setMonthlyBudget({ ...admin, need: "manage" }, { team_id: teamId, monthly_usd: 5 })
  await expect(setMonthlyBudget({ ...member, need: "manage" }, { team_id: teamId, monthly_usd: 500 })).rejects.toMatchObject({
    code: "forbidden",
  })
  await spend(member.userId, 3, { teamId })
  await spend(member.userId, 1)
  expect(await budgetOf(member, await accountOf(member, teamId))).toMatchObject({ monthly_usd: 5, spent_usd: 3, may_change: false })
  expect(await budgetOf(member, await accountOf(member, null))).toMatchObject({ monthly_usd: null, spent_usd: 1, may_change: true })
  await expect(accountOf(stranger, teamId)).rejects.toMatchObject({ code: "forbidden" })
  await expect(accountOf(await serviceContext(platform(), null), null)).rejects.toMatchObject({ code: "unauthorized" })
})

test("the usage report adds up an account's requests by day, model, environment and person", async () => {
  const bea = await newUser(platform(), "bea")
  const { id: environmentId } = await newEnvironment(platform(), bea)
  const evaluationId = await endedRun(bea.userId, environmentId, "m")
  const day = (text: string) => new Date(`${text}T12:00:00Z`)
  await spend(bea.userId, 1, { evaluationId, createdAt: day("2025-03-01") })
  await spend(bea.userId, null, { createdAt: day("2025-03-02"), model: "unpriced" })
  await spend(bea.userId, 100, { createdAt: day("2025-03-03") })
  const report = await getUsage(bea, { from: "2025-03-01", to: "2025-03-02" })
  expect(report.total).toMatchObject({ requests: 2, unpriced_requests: 1, prompt_tokens: 200, completion_tokens: 20, cost_usd: 1 })
  expect(report.by_day.map(({ day, cost_usd }) => [day, cost_usd]).sort()).toEqual([
    ["2025-03-01", 1],
    ["2025-03-02", 0],
  ])
  expect(report.by_model.map(({ key }) => key).sort()).toEqual(["m", "unpriced"])
  expect(report.by_environment.find(({ key }) => key === environmentId)?.cost_usd).toBe(1)
  expect(report.by_user).toMatchObject([{ key: bea.userId, name: "bea", requests: 2 }])
})

test("a usage report is of 1 to 366 days, and of 30 when no days are named", async () => {
  const cyd = await newUser(platform(), "cyd")
  await expect(getUsage(cyd, { from: "2025-03-02", to: "2025-03-01" })).rejects.toMatchObject({ problems: [{ path: ["from"] }] })
  await expect(getUsage(cyd, { from: "2024-01-01", to: "2025-01-01" })).rejects.toMatchObject({ problems: [{ path: ["from"] }] })
  await expect(getUsage(cyd, { from: "2024-01-01", to: "2024-12-31" })).resolves.toMatchObject({ total: { requests: 0 } })
  expect(await getUsage(cyd, { to: "2025-03-30" })).toMatchObject({ from: "2025-03-01", to: "2025-03-30" })
})

test("an estimate is of earlier runs with the same model, or else with others", async () => {
  const [dan, eve] = [await newUser(platform(), "dan"), await newUser(platform(), "eve")]
  const { id } = await newEnvironment(platform(), dan, { visibility: "PRIVATE" })
  expect(await estimateRun(dan, { environment_id: id, model: "m" })).toMatchObject({ runs: 0, cost_usd_per_rollout: null })
  await spend(dan.userId, 1, { evaluationId: await endedRun(dan.userId, id, "m") })
  expect(await estimateRun(dan, { environment_id: id, model: "m" })).toMatchObject({
    runs: 1,
    rollouts: 2,
    same_model: true,
    prompt_tokens_per_rollout: 50,
    completion_tokens_per_rollout: 5,
  })
  expect(await estimateRun(dan, { environment_id: id, model: "other" })).toMatchObject({ runs: 1, same_model: false })
  await expect(estimateRun(eve, { environment_id: id, model: "m" })).rejects.toMatchObject({ code: "not_found" })
})

test("an estimate has what each run took and how its rollouts and rewards varied", async () => {
  const nia = await newUser(platform(), "nia")
  const { id } = await newEnvironment(platform(), nia)
  const run = await endedRun(nia.userId, id, "m")
  const startedAt = new Date("2026-01-01T00:00:00Z")
  await updateEvaluation(nia.db, run, {
    samplesDone: 4,
    attempt: 1,
    startedAt,
    completedAt: new Date(startedAt.getTime() + 100_000),
    evalConfig: { num_examples: 2, rollouts_per_example: 2, max_concurrent: 2 },
  })
  for (const [session, tokens] of [100, 300, 100, 300].entries())
    await spend(nia.userId, null, { evaluationId: run, sessionId: `s${session}`, promptTokens: tokens - 10 })
  // Two examples of two rollouts, which took 10, 20, 30 and 40 seconds.
  await platform().database.pool.query(
    `insert into samples (evaluation_id, seq, id, dedupe_key, example_id, example_order, rollout_index, reward, metrics, outcome, duration_ms,
       prompt_preview, completion_preview)
     select $1, i, $1 || i, i || '', (i - 1) / 2 || '', (i - 1) / 2, i % 2, (array[1, 0, 1, 1])[i], '{}', 'ok', i * 10000, '', ''
     from generate_series(1, 4) i`,
    [run],
  )
  const { earlier, rewards } = await estimateRun(nia, { environment_id: id, model: "m" })
  expect(earlier).toMatchObject([{ rollouts: 4, tokens_per_rollout: 200, seconds_per_rollout: 25, other_seconds: 50 }])
  // Standard deviations of 100, 300, 100, 300 and of 10, 20, 30, 40 by their means.
  expect(earlier[0]?.cost_variation).toBeCloseTo(Math.sqrt(40_000 / 3) / 200, 12)
  expect(earlier[0]?.seconds_variation).toBeCloseTo(Math.sqrt(500 / 3) / 25, 12)
  expect(rewards).toMatchObject({ examples: 2, mean: (2 * 0.75 + 4 * 0.5) / 6, is_unit: true })
  // Between its attempts it waited, so its time says nothing.
  await updateEvaluation(nia.db, run, { attempt: 2 })
  expect((await estimateRun(nia, { environment_id: id, model: "m" })).earlier[0]?.other_seconds).toBeNull()
})

test("how many examples there are is known from the check, and for other arguments from a run that had them all", async () => {
  const [han, ida] = [await newUser(platform(), "han"), await newUser(platform(), "ida")]
  const { id } = await newEnvironment(platform(), han, { datasetSize: 10 })
  const examples = async (ctx: typeof han, args?: string) =>
    (await estimateRun(ctx, { environment_id: id, model: "m", env_args: args })).examples
  const versionId = (await findEnvironmentById(han.db, han.viewer, id))?.environment.latestVersionId as string
  const run = async (config: object, rolloutsTotal: number, status: "COMPLETED" | "FAILED" = "COMPLETED") =>
    updateEvaluation(han.db, await endedRun(han.userId, id, "m"), {
      versionId,
      evalConfig: { rollouts_per_example: 2, ...config },
      rolloutsTotal,
      status,
    })
  await run({ num_examples: 5, env_args: { size: 1 } }, 10)
  await run({ num_examples: 50, env_args: { size: 1 } }, 60)
  await run({ num_examples: -1, env_args: { size: 2, seed: 7 } }, 14)
  await run({ num_examples: 50, env_args: { size: 1 } }, 2, "FAILED")
  expect(await examples(han)).toBe(10)
  expect(await examples(han, "{}")).toBe(10)
  expect(await examples(han, '{ "size": 1 }')).toBe(30)
  expect(await examples(han, '{"size":2,"seed":7}')).toBe(7)
  expect(await examples(han, '{"size":1.0}')).toBeNull()
  // Runs of another person do not count.
  expect(await examples(ida, '{"size":1}')).toBeNull()
  await expect(examples(han, "[1]")).rejects.toMatchObject({ problems: [{ path: ["env_args"] }] })
})

test("what a run cost is for those who may see the run", async () => {
  const [fay, gus] = [await newUser(platform(), "fay"), await newUser(platform(), "gus")]
  const { id } = await newEnvironment(platform(), fay)
  const run = await endedRun(fay.userId, id, "m")
  await spend(fay.userId, 0.25, { evaluationId: run })
  await spend(fay.userId, null, { evaluationId: run })
  expect(await getRunUsage(fay, run)).toMatchObject({ total_tokens: 220, total_cost_usd: 0.25, record_count: 2, unpriced_count: 1 })
  await expect(getRunUsage(gus, run)).rejects.toMatchObject({ code: "not_found" })
})
