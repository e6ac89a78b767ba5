import { expect, test } from "vitest"
import { CreateHostedEvaluationRequest, limits, SetLimitsRequest, SpendersQuery } from "../../../contract/index.ts"
import { insertUsage } from "../../store/usage/usage.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { cancelEvaluation } from "../evaluations/cancel-evaluation.ts"
import { createHostedEvaluation } from "../evaluations/launch/create-hosted-evaluation.ts"
import { resumeEvaluation } from "../evaluations/resume-evaluation.ts"
import { readLimits, setLimits } from "./limits.ts"
import { listSpenders } from "./list-spenders.ts"

const platform = testPlatform({ SANDBOX_USD_PER_HOUR: "1" })
const operator = async () => serviceContext(platform(), await platform().ownerId())
const set = (ctx: Context, request: object) => setLimits({ ...ctx, need: "manage" }, SetLimitsRequest.parse(request))
const launch = (ctx: Context, environment: string, rest: object = {}) =>
  createHostedEvaluation(
    { ...ctx, need: "run" },
    CreateHostedEvaluationRequest.parse({
      environment_ids: [environment],
      inference_model: "m",
      eval_config: { num_examples: 1, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" },
      ...rest,
    }),
  )
const spend = (userId: string, teamId: string | null, costUsd: number) =>
  insertUsage(platform().services.db, [
    {
      ...{ userId, teamId, evaluationId: null, sessionId: null, provider: "p", model: "m", status: 200, latencyMs: 1, costUsd },
      ...{ promptTokens: 100, cachedTokens: 0, reasoningTokens: 0, completionTokens: 10 },
    },
  ])
const runsOf = async (userId: string) =>
  (await platform().database.pool.query("select id from evaluations where user_id = $1 order by id", [userId])).rows.map(({ id }) => id)

test("a team, its members and persons have limits of runs at once; a launch beyond one is refused with the limit and what is used", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "limit-lab")
  const { id } = await newEnvironment(platform(), { userId: admin.userId, teamId })
  await set(admin, { team_id: teamId, runs_at_once: 2 })
  await set(admin, { team_id: teamId, user_id: member.userId, runs_at_once: 1 })
  await launch(member, id, { team_id: teamId })
  await expect(launch(member, id, { team_id: teamId })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("Your limit in this team is 1 run queued or under way at once: 1 now, and this would add 1"),
  })
  expect(await readLimits(member, { team_id: teamId })).toMatchObject([
    { scope: "account", runs_at_once: 2, runs_now: 1, monthly_usd: null },
    { scope: "member", runs_at_once: 1, runs_now: 1 },
  ])
  await launch(admin, id, { team_id: teamId })
  await expect(launch(admin, id, { team_id: teamId })).rejects.toThrow("The team's limit is 2 runs queued or under way at once: 2 now")

  // Outside the team none of these holds, until an admin of the platform sets one.
  await launch(member, id)
  await set(await operator(), { user_id: member.userId, runs_at_once: 2 })
  await expect(launch(member, id)).rejects.toThrow("Your limit is 2 runs queued or under way at once: 2 now")
  expect(await readLimits(member, {})).toMatchObject([{ scope: "person", runs_at_once: 2, runs_now: 2 }])
  await set(await operator(), { user_id: member.userId, runs_at_once: null })
  await launch(member, id)
  expect(await readLimits(member, {})).toEqual([])
})

test("of launches at the same moment no more get through than there is room for, and resuming counts as well", async () => {
  const ada = await newUser(platform(), "limit-ada")
  const { id } = await newEnvironment(platform(), ada)
  await set(await operator(), { user_id: ada.userId, runs_at_once: 3 })
  const launched = await Promise.allSettled(Array.from({ length: 8 }, () => launch(ada, id)))
  expect(launched.filter(({ status }) => status === "fulfilled")).toHaveLength(3)
  const [first, second] = await runsOf(ada.userId)
  await cancelEvaluation(ada, first)
  await launch(ada, id)
  await expect(resumeEvaluation(ada, first, { mode: "missing" })).rejects.toMatchObject({
    code: "conflict",
    message: expect.stringContaining("3 now"),
  })
  await cancelEvaluation(ada, second)
  await resumeEvaluation(ada, first, { mode: "missing" })
})

test("what a member may spend for a team is bounded apart from the team's budget, at launches and while runs spend", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "limit-money")
  const { id } = await newEnvironment(platform(), { userId: admin.userId, teamId })
  await set(admin, { team_id: teamId, monthly_usd: 100 })
  await set(admin, { team_id: teamId, user_id: member.userId, monthly_usd: 5 })
  await spend(member.userId, null, 50)
  await spend(member.userId, teamId, 4)
  const account = { userId: member.userId, teamId }
  expect(await member.budgets.excessOfAccount(account)).toBeNull()
  await spend(member.userId, teamId, 1)
  expect(await member.budgets.excessOfAccount(account)).toMatch(
    /^Your part of the team's budget of \$5\.00 for .* is used up: \$5\.00 spent\.$/,
  )
  await expect(launch(member, id, { team_id: teamId })).rejects.toMatchObject({
    code: "forbidden",
    message: expect.stringContaining("$5.00"),
  })
  await launch(admin, id, { team_id: teamId })
  await set(await operator(), { user_id: admin.userId, monthly_usd: 0 })
  await expect(launch(admin, id, { team_id: teamId })).rejects.toThrow("Your limit on this platform of $0 for")
})

test("limits are set by owners of the team, and of persons by admins of the platform", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "limit-rights")
  const stranger = await newUser(platform(), "limit-stranger")
  for (const request of [{ team_id: teamId }, { team_id: teamId, user_id: admin.userId }, { user_id: member.userId }])
    for (const ctx of [member, stranger])
      await expect(set(ctx, { ...request, runs_at_once: 5 })).rejects.toMatchObject({ code: "forbidden" })
  await expect(set(admin, { user_id: admin.userId, runs_at_once: 5 })).rejects.toMatchObject({ code: "forbidden" })
  await expect(set(admin, { team_id: teamId, user_id: stranger.userId, runs_at_once: 5 })).rejects.toMatchObject({ code: "not_found" })
  await expect(set(await operator(), { user_id: "nobody", runs_at_once: 5 })).rejects.toMatchObject({ code: "not_found" })
  for (const wrong of [
    { runs_at_once: 1 },
    { team_id: teamId },
    { team_id: teamId, runs_at_once: limits.runsAtOnceMax + 1 },
    { user_id: "x", monthly_usd: -1 },
  ])
    expect(SetLimitsRequest.safeParse(wrong).success).toBe(false)
  // The team's budget and its other limits are apart: to change one leaves the other.
  await set(admin, { team_id: teamId, monthly_usd: 7 })
  expect(await set(admin, { team_id: teamId, runs_at_once: 0 })).toEqual({ monthly_usd: 7, runs_at_once: 0 })
  const logged = await platform().database.pool.query(
    "select details from audit_log where action = 'limit.set' and team_id = $1 order by seq",
    [teamId],
  )
  expect(logged.rows.map(({ details }) => (typeof details === "string" ? JSON.parse(details) : details))).toEqual([
    { monthly_usd: 7, runs_at_once: null },
    { monthly_usd: 7, runs_at_once: 0 },
  ])
})

test("use and limits are listed by member for the team, and by person and by team for admins of the platform", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "limit-list")
  const { id } = await newEnvironment(platform(), { userId: admin.userId, teamId })
  await spend(member.userId, teamId, 2)
  await spend(member.userId, null, 3)
  await launch(member, id, { team_id: teamId })
  await set(admin, { team_id: teamId, user_id: member.userId, monthly_usd: 10, runs_at_once: 4 })
  const list = (ctx: Context, query: object) => listSpenders(ctx, SpendersQuery.parse(query))
  const ofTeam = await list(admin, { team_id: teamId })
  expect(ofTeam.total_count).toBe(2)
  expect(ofTeam.data).toMatchObject([
    { name: "limit-list-admin", runs: 0, cost_usd: 0, limit: { monthly_usd: null, runs_at_once: null }, may_change: true },
    {
      ...{
        id: member.userId,
        name: "limit-list-member",
        runs: 1,
        cost_usd: 2,
        prompt_tokens: 100,
        completion_tokens: 10,
        may_change: true,
      },
      limit: { monthly_usd: 10, spent_usd: 2, runs_at_once: 4, runs_now: 1 },
    },
  ])
  expect((await list(member, { team_id: teamId })).data.map(({ may_change }) => may_change)).toEqual([false, false])
  expect((await list(admin, { team_id: teamId, offset: 1, limit: 1 })).data).toMatchObject([{ id: member.userId }])
  for (const query of [{}, { by: "team" }]) await expect(list(admin, query)).rejects.toMatchObject({ code: "forbidden" })
  const people = await list(await operator(), { limit: 100 })
  expect(people.data.find(({ id }) => id === member.userId)).toMatchObject({
    cost_usd: 5,
    runs: 1,
    limit: { spent_usd: 5, monthly_usd: null },
  })
  const teams = await list(await operator(), { by: "team", limit: 100 })
  expect(teams.data.find(({ id }) => id === teamId)).toMatchObject({
    name: "limit-list",
    cost_usd: 2,
    runs: 1,
    limit: { spent_usd: 2, runs_now: 1 },
  })
  expect(
    (await list(await operator(), { limit: 100, from: "2020-01-01", to: "2020-01-02" })).data.every(
      ({ runs, cost_usd }) => runs + cost_usd === 0,
    ),
  ).toBe(true)
  expect(SpendersQuery.safeParse({ team_id: teamId, by: "team" }).success).toBe(false)
})
