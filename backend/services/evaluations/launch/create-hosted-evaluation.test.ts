import { expect, test } from "vitest"
import { type AccessRole, CreateHostedEvaluationRequest, type Settling } from "../../../../contract/index.ts"
import { decrypt, runSecretsContext } from "../../../base/crypto.ts"
import { newId } from "../../../base/ids.ts"
import { insertEnvironment, markAsSample } from "../../../store/environments/environments.ts"
import { updateVersion } from "../../../store/environments/versions.ts"
import { pinBaseline } from "../../../store/evaluations/baselines.ts"
import { updateEvaluation } from "../../../store/evaluations/evaluations.ts"
import { findRunSecrets } from "../../../store/evaluations/run-secrets.ts"
import { setRole } from "../../../store/identity/teams.ts"
import { insertUsage } from "../../../store/usage/usage.ts"
import { newEnvironment, newTeam, newUser, serviceContext } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import { setMonthlyBudget } from "../../billing/budget.ts"
import type { Context } from "../../context.ts"
import { createEnvironmentSecret } from "../../secrets/environment-secrets.ts"
import { createVariable } from "../../secrets/variables.ts"
import { createHostedEvaluation } from "./create-hosted-evaluation.ts"

const platform = testPlatform({ SANDBOX_USD_PER_HOUR: "1", TIMEOUT_MINUTES_MIN: "180" })
const ownEndpoint = { api_base_url: "http://127.0.0.1:9/v1" }

const launch = (ctx: Context, environments: string[], config: object = {}, rest: object = {}) =>
  createHostedEvaluation(
    ctx,
    CreateHostedEvaluationRequest.parse({
      environment_ids: environments,
      inference_model: "some/model",
      eval_config: { num_examples: 5, rollouts_per_example: 3, ...ownEndpoint, ...config },
      ...rest,
    }),
  )

const countRuns = async (userId: string): Promise<number> =>
  (await platform().database.pool.query("select 1 from evaluations where user_id = $1", [userId])).rows.length

test("a launch waits in the queue with the latest version of each environment, in the order asked", async () => {
  const ada = await newUser(platform(), "ada")
  const [one, two] = [
    await newEnvironment(platform(), ada, { name: "one", datasetSize: 4 }),
    await newEnvironment(platform(), ada, { name: "two" }),
  ]
  const rows = await launch(ada, [two.id, one.id])
  expect(rows.map((row) => [row.name, row.versionId, row.status, row.rolloutsTotal])).toEqual([
    ["two--some/model", two.versionId, "PENDING", 15],
    // There are 4 examples, however many are asked for.
    ["one--some/model", one.versionId, "PENDING", 12],
  ])
})

test("a run keeps what its version declares of rewards, and an order by chance where it may stop early", async () => {
  const moe = await newUser(platform(), "moe")
  const { id, versionId } = await newEnvironment(platform(), moe)
  await updateVersion(moe.db, versionId, { evalDefaults: { num_examples: null, rollouts_per_example: null, reward_range: [0, 10] } })
  const [row] = await launch(moe, [id], { stop_margin: 0.5 })
  expect(row?.metadata).toEqual({ reward_range: [0, 10] })
  expect(row?.evalConfig?.shuffle_seed).toEqual(expect.any(Number))
  const [seeded, plain] = [await launch(moe, [id], { stop_threshold: 7, shuffle_seed: 3 }), await launch(moe, [id])]
  expect(seeded[0]?.evalConfig).toMatchObject({ stop_threshold: 7, shuffle_seed: 3 })
  expect(plain[0]?.evalConfig).not.toHaveProperty("shuffle_seed")
  expect(() => launch(moe, [id], { stop_margin: 0 })).toThrow("A number from 0.001 to 1,000,000.")
})

test("a run may stop beside another one that has completed, of its environment, and is named or pinned", async () => {
  const [nan, uma] = [await newUser(platform(), "nan"), await newUser(platform(), "uma")]
  const [mine, other] = [await newEnvironment(platform(), nan), await newEnvironment(platform(), nan, { name: "other" })]
  const hers = await newEnvironment(platform(), uma, { visibility: "PRIVATE" })
  const runOf = async (ctx: Context, environmentId: string, changes: object = {}) => {
    const [row] = await launch(ctx, [environmentId])
    await updateEvaluation(ctx.db, row?.id ?? "", { status: "COMPLETED", rewardCount: 3, ...changes })
    return row?.id ?? ""
  }
  const good = await runOf(nan, mine.id)
  const saved = { rollouts: 6, cost_usd: null, seconds: null }
  const stopped: Settling = { kind: "settled", verdict: "above", examples: 3, of: 9, mean: 1, low: 0.8, high: 1, saved }
  const of = (stop_against: string, environments = [mine.id]) => launch(nan, environments, { stop_against })
  await expect(of("baseline")).rejects.toThrow("no baseline is pinned for nan/echo")
  await pinBaseline(nan.db, mine.id, good)
  for (const named of ["baseline", good]) {
    const [row] = await of(named)
    expect(row?.evalConfig).toMatchObject({ stop_against: good, shuffle_seed: expect.any(Number) })
  }
  await expect(of(await runOf(nan, other.id))).rejects.toThrow("not of nan/echo")
  await expect(of(good, [mine.id, other.id])).rejects.toThrow("not of nan/other")
  await expect(of(await runOf(uma, hers.id))).rejects.toThrow("which is no evaluation, or you may not see it")
  await expect(of("nothing")).rejects.toMatchObject({ code: "invalid", problems: [{ path: ["eval_config", "stop_against"] }] })
  for (const changes of [{ status: "FAILED" }, { rewardCount: 0 }, { settling: stopped }])
    await expect(of(await runOf(nan, mine.id, changes))).rejects.toThrow("has completed, has rewards, and asked all of its examples")
})

test("one target that is not there, not published or not visible refuses the whole launch", async () => {
  const [bea, cyd] = [await newUser(platform(), "bea"), await newUser(platform(), "cyd")]
  const good = await newEnvironment(platform(), bea)
  const hidden = await newEnvironment(platform(), cyd, { visibility: "PRIVATE" })
  const empty = newId()
  await insertEnvironment(bea.db, { id: empty, userId: bea.userId, teamId: null, name: "empty", visibility: "PUBLIC" })
  await expect(launch(bea, [good.id, "cnone"])).rejects.toThrow("environment_ids[1]")
  await expect(launch(bea, [good.id, hidden.id])).rejects.toMatchObject({ code: "not_found" })
  await expect(launch(bea, [good.id, empty])).rejects.toThrow("no published version")
  expect(await countRuns(bea.userId)).toBe(0)
})

test("nobody launches without a key, or for a team that they are not in", async () => {
  const { teamId, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const { id } = await newEnvironment(platform(), member)
  await expect(launch(await serviceContext(platform(), null), [id])).rejects.toMatchObject({ code: "unauthorized" })
  await expect(launch(stranger, [id], {}, { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  expect((await launch(member, [id], {}, { team_id: teamId }))[0]?.teamId).toBe(teamId)
})

test("a model must be one that is served here, or come with an endpoint of its own", async () => {
  const dan = await newUser(platform(), "dan")
  const { id } = await newEnvironment(platform(), dan)
  await expect(launch(dan, [id], { api_base_url: null })).rejects.toMatchObject({
    code: "invalid",
    problems: [{ path: ["inference_model"] }],
  })
  await expect(launch(dan, [id])).resolves.toHaveLength(1)
})

test("the key variable of an endpoint must be something that the run will have", async () => {
  const [eve, fay] = [await newUser(platform(), "eve"), await newUser(platform(), "fay")]
  const { id } = await newEnvironment(platform(), eve)
  const config = { api_key_var: "MY_KEY" }
  const refused = { code: "invalid", problems: [{ path: ["eval_config", "api_key_var"] }] }
  await expect(launch(eve, [id], config)).rejects.toMatchObject(refused)
  await expect(launch(eve, [id], { ...config, custom_secrets: { MY_KEY: "k" } })).resolves.toHaveLength(1)
  await createEnvironmentSecret(eve, id, { name: "MY_KEY", value: "k" })
  await expect(launch(eve, [id], config)).resolves.toHaveLength(1)
  const { teamId, member } = await newTeam(platform(), "key-keepers")
  const { id: ofTeam } = await newEnvironment(platform(), { ...member, teamId })
  await createEnvironmentSecret(member, ofTeam, { name: "MY_KEY", value: "k" })
  // The secrets of an environment are for those who may change it: others who may run it would send them where they like.
  await markAsSample(eve.db, id)
  await expect(launch(fay, [id], config)).rejects.toMatchObject(refused)
  await setRole(eve.db, teamId, member.userId, "runner")
  const runner = await serviceContext(platform(), member.userId)
  await expect(launch(runner, [ofTeam], config)).rejects.toMatchObject(refused)
  // Not even where a variable has the secret's name, which the secret goes before.
  await createVariable(member, ofTeam, { name: "OPEN", value: "v" })
  await expect(launch(runner, [ofTeam], { api_key_var: "OPEN" })).resolves.toHaveLength(1)
  await createEnvironmentSecret(member, ofTeam, { name: "OPEN", value: "k" })
  await expect(launch(runner, [ofTeam], { api_key_var: "OPEN" })).rejects.toMatchObject(refused)
  await expect(launch(member, [ofTeam], config)).resolves.toHaveLength(1)
  // Nor under the name that a key has where none is said.
  await expect(launch(runner, [ofTeam])).resolves.toHaveLength(1)
  await createEnvironmentSecret(member, ofTeam, { name: "CUSTOM_ENDPOINT_KEY", value: "k" })
  await expect(launch(runner, [ofTeam])).rejects.toMatchObject(refused)
  await expect(launch(member, [ofTeam])).resolves.toHaveLength(1)
})

test("whoever may not run an environment is told to fork it; one that came with the platform is run by everybody", async () => {
  const [pia, quin] = [await newUser(platform(), "pia"), await newUser(platform(), "quin")]
  const { teamId, member } = await newTeam(platform(), "launchers")
  const [{ id }, { id: ofTeam }] = [await newEnvironment(platform(), pia), await newEnvironment(platform(), { ...member, teamId })]
  await expect(launch(quin, [id])).rejects.toMatchObject({
    code: "forbidden",
    message: "pia/echo belongs to someone else: fork it to run it (Fork to run on its page), and run your copy",
  })
  expect(await countRuns(quin.userId)).toBe(0)
  await markAsSample(pia.db, id)
  await expect(launch(quin, [id])).resolves.toHaveLength(1)

  const as = async (role: AccessRole) => {
    await setRole(pia.db, teamId, member.userId, role)
    return launch(await serviceContext(platform(), member.userId), [ofTeam])
  }
  for (const role of ["owner", "editor", "runner"] as const) await expect(as(role)).resolves.toHaveLength(1)
  await expect(as("viewer")).rejects.toThrow(
    "This needs the role owner, editor or runner in the team that it belongs to, and yours is viewer",
  )
})

test("one-off secrets are kept encrypted, and the configuration of the run only names them", async () => {
  const gus = await newUser(platform(), "gus")
  const { id } = await newEnvironment(platform(), gus)
  const [row] = await launch(gus, [id], { custom_secrets: { TOKEN: "hunter2-hunter2" } })
  const runId = row?.id as string
  expect(row?.evalConfig?.custom_secrets).toEqual({ TOKEN: "$TOKEN" })
  expect(JSON.stringify(row)).not.toContain("hunter2")
  const sealed = (await findRunSecrets(gus.db, runId))?.sealed as Buffer
  expect(sealed.toString("latin1")).not.toContain("hunter2")
  expect(JSON.parse(decrypt(gus.config.secretKey, sealed, runSecretsContext(runId)))).toEqual({ TOKEN: "hunter2-hunter2" })
})

test("a launch sent again with its idempotency key is the same launch, for its user alone", async () => {
  const [ida, jan] = [await newUser(platform(), "ida"), await newUser(platform(), "jan")]
  const { id } = await newEnvironment(platform(), ida)
  await markAsSample(ida.db, id)
  const again = { idempotency_key: "the-same-key" }
  const answers = await Promise.all([launch(ida, [id], {}, again), launch(ida, [id], {}, again)])
  answers.push(await launch(ida, [id], {}, again))
  expect(new Set(answers.map(([row]) => row?.id)).size).toBe(1)
  expect(await countRuns(ida.userId)).toBe(1)
  expect((await launch(jan, [id], {}, again))[0]?.userId).toBe(jan.userId)
  expect(await launch(ida, [id, id], {}, { idempotency_key: "twice-the-same" })).toHaveLength(2)
})

test.each<[string, object, object]>([
  ["another setting", { num_examples: 6 }, {}],
  ["another model", {}, { inference_model: "some/other" }],
  ["another name", {}, { name: "other" }],
  ["another secret", { custom_secrets: { TOKEN: "second" } }, {}],
  ["another order of arguments", { env_args: { b: 1, a: 2 } }, {}],
])("an idempotency key with %s is refused, also at the same moment", async (_, config, rest) => {
  const user = await newUser(platform(), `u${newId().slice(-8)}`)
  const { id } = await newEnvironment(platform(), user)
  const given = { env_args: { a: 2, b: 1 }, custom_secrets: { TOKEN: "first" } }
  const key = { idempotency_key: "a-key-of-one-body" }
  const attempts = await Promise.allSettled([
    launch(user, [id], given, key),
    launch(user, [id], { ...given, ...config }, { ...key, ...rest }),
  ])
  expect(attempts.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
  expect(attempts.find((one) => one.status === "rejected")?.reason).toMatchObject({ code: "conflict" })
  expect(await countRuns(user.userId)).toBe(1)
  const { rows } = await platform().database.pool.query("select idempotency_hash from evaluations where user_id = $1", [user.userId])
  expect(rows[0].idempotency_hash).toMatch(/^[0-9a-f]{64}$/)
})

test("a budget of tokens cannot be held to with an endpoint of one's own", async () => {
  const kim = await newUser(platform(), "kim")
  const { id } = await newEnvironment(platform(), kim)
  await expect(launch(kim, [id], { max_total_tokens: 1000 })).rejects.toMatchObject({
    problems: [{ path: ["eval_config", "max_total_tokens"] }],
  })
  // Its sandbox has a price here, so dollars can be counted.
  await expect(launch(kim, [id], { max_cost_usd: 5 })).resolves.toHaveLength(1)
})

test("an account that has spent its month's budget launches nothing more", async () => {
  const leo = await newUser(platform(), "leo")
  const { id } = await newEnvironment(platform(), leo)
  await setMonthlyBudget(leo, { monthly_usd: 2 })
  await expect(launch(leo, [id])).resolves.toHaveLength(1)
  await insertUsage(leo.db, [
    {
      userId: leo.userId,
      teamId: null,
      evaluationId: null,
      sessionId: null,
      provider: "p",
      model: "m",
      status: 200,
      latencyMs: 1,
      promptTokens: 1,
      cachedTokens: 0,
      reasoningTokens: 0,
      completionTokens: 1,
      costUsd: 2,
    },
  ])
  await expect(launch(leo, [id])).rejects.toThrow("Your budget of $2.00")
  await setMonthlyBudget(leo, { monthly_usd: 3 })
  await expect(launch(leo, [id])).resolves.toHaveLength(1)
})

test("a run's time limit is within the bounds of the platform", async () => {
  const mia = await newUser(platform(), "mia")
  const { id } = await newEnvironment(platform(), mia)
  const { min } = mia.config.timeoutMinutes
  await expect(launch(mia, [id], { timeout_minutes: min - 1 })).rejects.toMatchObject({
    problems: [{ path: ["eval_config", "timeout_minutes"] }],
  })
  await expect(launch(mia, [id], { timeout_minutes: min })).resolves.toHaveLength(1)
  for (const [bounds, minutes] of [
    [{ min: 1, max: 60, default: 60 }, 5],
    [{ min: 2000, max: 10_000, default: 2000 }, 4320],
  ] as const) {
    const there = { ...mia, config: { ...mia.config, timeoutMinutes: bounds } }
    await expect(launch(there, [id], { timeout_minutes: minutes })).resolves.toHaveLength(1)
    await expect(launch(there, [id], { timeout_minutes: bounds.max + 1 })).rejects.toMatchObject({ code: "invalid" })
  }
})
