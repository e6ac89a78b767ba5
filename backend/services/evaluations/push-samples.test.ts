import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListSampleSummariesQuery } from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findEvaluationRow, insertEvaluation } from "../../store/evaluations/evaluations.ts"
import { meanOfSum } from "../../store/evaluations/reward-sum.ts"
import { findStatistics } from "../../store/evaluations/run-statistics.ts"
import { sumRewardsByExample } from "../../store/reviews/rated-samples.ts"
import { readDrawnExamples } from "../../store/samples/drawn-examples.ts"
import { sumSamples } from "../../store/samples/samples.ts"
import { statementsOf } from "../../testing/plan-faults.ts"
import { newEnvironment, newTeam, newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { deleteEvaluation, deleteEvaluations } from "./delete-evaluation.ts"
import { finalizeEvaluation } from "./finalize-evaluation.ts"
import { getEvaluation, getRunStatistics } from "./get-evaluation.ts"
import { pushSamples } from "./push-samples.ts"
import { getSamples, listSampleSummaries } from "./read-samples.ts"

const platform = testPlatform()
const create = (ctx: Context, rest: object = {}) =>
  createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r", ...rest }))

test("an evaluation says what was evaluated: something that its user may see", async () => {
  const [ada, bea] = [await newUser(platform(), "ada"), await newUser(platform(), "bea")]
  const { id } = await newEnvironment(platform(), bea, { visibility: "PRIVATE" })
  await expect(create(ada, { run_id: null })).rejects.toMatchObject({ problems: [{ path: ["environments"] }] })
  await expect(create(ada, { environments: [{ id }] })).rejects.toThrow("environments[0]")
  expect((await create(bea, { environments: [{ id }] })).environments).toMatchObject([{ id, owner: "bea", version: "0.1.0" }])
})

test("a name that was made of a long path of a model is taken", async () => {
  const max = await newUser(platform(), "max")
  const model = `/data/${"m".repeat(248)}`
  const name = `eval-${model}-2026-11-30T12:00:00Z`
  expect(await create(max, { name, model_name: model })).toMatchObject({ name, modelName: model })
})

test("examples that belong together by what their author names are one observation in statistics", async () => {
  const doc = await newUser(platform(), "doc")
  const rows = Array.from({ length: 12 }, (_, i) => ({
    example_id: i,
    reward: Number(i % 4 < 2),
    info: JSON.stringify({ document: `\u0000text ${Math.floor(i / 4)}` }),
  }))
  const statisticsWith = async (metadata: object) => {
    const { id } = await create(doc, { metadata })
    await pushSamples(doc, id, rows.slice(0, 7))
    await pushSamples(doc, id, rows.slice(7))
    await finalizeEvaluation(doc, id, null)
    return getRunStatistics(doc, id)
  }
  const [plain, grouped] = [await statisticsWith({}), await statisticsWith({ cluster_by: "info.document" })]
  expect(plain.clusters).toBeUndefined()
  expect(grouped.clusters).toEqual({ by: "info.document", count: 3 })
  expect(grouped.reward?.mean).toBe(plain.reward?.mean)
  expect(grouped.reward?.interval95).not.toEqual(plain.reward?.interval95)
  expect((await statisticsWith({ cluster_by: "info.nothing" })).reward?.interval95).toEqual(plain.reward?.interval95)
})

test("rewards of any size are summed in the database as they are beside it", async () => {
  const huge = await newUser(platform(), "huge")
  const { id } = await create(huge)
  const rewards = [1.7e308, 1.6e308, -Number.MAX_VALUE, 5e-324, 0.1, 1.7e308]
  await pushSamples(
    huge,
    id,
    rewards.map((reward, i) => ({ example_id: i % 2, reward })),
  )
  const row = (await findEvaluationRow(huge.db, id)) as EvaluationRecord
  const sums = await sumSamples(huge.db, id)
  const mean = rewards.reduce((sum, reward) => sum + reward / rewards.length, 0)
  expect(meanOfSum(row, row.rewardCount) / mean).toBeCloseTo(1, 12)
  expect(meanOfSum(sums, sums.rewardCount) / mean).toBeCloseTo(1, 12)
  const { ids, sums: ofExamples } = await sumRewardsByExample(huge.db, id)
  expect(ids.map((_, i) => Number.isFinite(ofExamples[i]))).toEqual([true, true])
  await platform().database.pool.query("update samples set draw_place = seq % 2 where evaluation_id = $1", [id])
  const [second, first] = (await readDrawnExamples(huge.db, id, 3)).means as [number, number]
  expect(first / (1.7e308 / 3 + 0.1 / 3 - Number.MAX_VALUE / 3)).toBeCloseTo(1, 6)
  expect(second / (1.7e308 / 3 + 1.6e308 / 3)).toBeCloseTo(1, 12)

  // The digits of ordinary rewards stay, too.
  const plain = await create(huge)
  await pushSamples(huge, plain.id, [
    { example_id: 0, reward: 1 / 3 },
    { example_id: 1, reward: 1 / 3 },
  ])
  expect(await sumSamples(huge.db, plain.id)).toMatchObject({ rewardSum: 2 / 3, rewardExponent: 0 })
})

test("statistics are kept when an upload is finalized, and computed anew when samples come after it", async () => {
  const zoe = await newUser(platform(), "zoe")
  const { id } = await create(zoe)
  const kept = async () => findStatistics(zoe.db, (await findEvaluationRow(zoe.db, id)) as EvaluationRecord)
  await pushSamples(zoe, id, [{ example_id: 0, reward: 1 }])
  expect(await kept()).toBeUndefined()
  await finalizeEvaluation(zoe, id, null)
  expect(await kept()).toMatchObject({ samples: 1 })
  await pushSamples(zoe, id, [{ example_id: 1, reward: 0 }])
  expect(await getRunStatistics(zoe, id)).toMatchObject({ samples: 2, reward: { mean: 0.5 } })
  expect(await kept()).toMatchObject({ samples: 2 })
})

test("rewards may be the smallest and the largest doubles", async () => {
  const xia = await newUser(platform(), "xia")
  for (const rewards of [
    [5e-324, 0],
    [-5e-324, 0, 5e-324, 5e-324],
    [1.7976931348623157e308, 1.7976931348623157e308, -1e308],
  ]) {
    const { id } = await create(xia)
    for (const reward of rewards) await pushSamples(xia, id, [{ example_id: 0, reward, metrics: { m: -reward } }])
    await finalizeEvaluation(xia, id, null)
    expect((await getRunStatistics(xia, id)).reward).toMatchObject({ count: rewards.length, max: Math.max(...rewards) })
  }
})

test("values that could not be kept are counted, once, with the first place that is known", async () => {
  const yan = await newUser(platform(), "yan")
  const { id } = await create(yan, { metadata: { note: "mine" } })
  const batch = [
    { sample_id: "a", example_id: 0, reward: 1, token_usage: { input_tokens: 12.5, output_tokens: 3 } },
    { sample_id: "b", example_id: 1, reward: "high", token_usage: { input_tokens: -1, output_tokens: 2 ** 63 } },
    { sample_id: "c", example_id: 2, reward: null },
  ]
  for (let i = 0; i < 2; i++) await pushSamples(yan, id, batch)
  const found = async () => (await getEvaluation(yan, id)).metadata
  expect(await found()).toEqual({ note: "mine", lost_values: { count: 3, first: "example 1, rollout 1" } })
  await pushSamples(yan, id, [{ sample_id: "d", example_id: 3, reward: null }], { nonFinite: 2 })
  expect(await found()).toMatchObject({ lost_values: { count: 5 } })
})

test("a batch that is sent again, its answer lost, is stored once", async () => {
  const cyd = await newUser(platform(), "cyd")
  const { id } = await create(cyd)
  const batch = [
    { example_id: 1, reward: 1, sample_id: "a" },
    { example_id: 2, reward: 0 },
  ]
  await pushSamples(cyd, id, batch)
  expect((await pushSamples(cyd, id, batch)).evaluation.samplesDone).toBe(2)
  expect((await pushSamples(cyd, id, [{ example_id: 3, reward: 0 }])).evaluation.samplesDone).toBe(3)
})

test("equal samples of one batch are several samples", async () => {
  const dan = await newUser(platform(), "dan")
  const { id } = await create(dan)
  const same = { example_id: 1, reward: 1 }
  expect((await pushSamples(dan, id, [same, same])).evaluation.samplesDone).toBe(2)
})

test("equal samples of different batches are rollouts that came out alike, numbered on", async () => {
  const ida = await newUser(platform(), "ivo")
  const { id } = await create(ida)
  const same = { example_id: 7, reward: 1, completion: "yes" }
  for (const stored of [1, 2, 3]) expect((await pushSamples(ida, id, [same])).evaluation.samplesDone).toBe(stored)
  // One of two is known; as a batch it is new.
  expect(await pushSamples(ida, id, [same, { example_id: 8, reward: 0 }])).toMatchObject({ stored: 2 })
  expect(await pushSamples(ida, id, [same, { example_id: 8, reward: 0 }])).toMatchObject({ stored: 0 })
  const { samples } = await listSampleSummaries(ida, id, ListSampleSummariesQuery.parse({ example_id: "7", sort_by: "seq" }))
  expect(samples.map((sample) => sample.rollout_index)).toEqual([0, 1, 2, 3])
})

test("a single sample whose answer found nobody is sent again, and stored once", async () => {
  const joe = await newUser(platform(), "joe")
  const { id } = await create(joe)
  const same = [{ example_id: 7, reward: 1 }]
  expect(await pushSamples(joe, id, same, { isGone: () => true })).toMatchObject({ stored: 1 })
  expect(await pushSamples(joe, id, same)).toMatchObject({ stored: 0 })
  expect(await pushSamples(joe, id, same)).toMatchObject({ stored: 1 })
  // However many there were: the newest are known.
  const sample = (number: number) => [{ example_id: number, reward: 1 }]
  for (let number = 0; number < 70; number++) await pushSamples(joe, id, sample(number), { isGone: () => true })
  expect(await pushSamples(joe, id, sample(69))).toMatchObject({ stored: 0 })
  expect(await pushSamples(joe, id, sample(6))).toMatchObject({ stored: 0 })
  expect(await pushSamples(joe, id, sample(5))).toMatchObject({ stored: 1 })
})

test("two pushes at once lose nothing", async () => {
  const eve = await newUser(platform(), "eve")
  const { id } = await create(eve)
  const batches = Array.from({ length: 4 }, (_, b) => [0, 1].map((i) => ({ example_id: `${b}-${i}`, reward: i })))
  await Promise.all(batches.map((batch) => pushSamples(eve, id, batch)))
  const { samples, total } = await getSamples(eve, id, 1, 100)
  expect([samples.length, total]).toEqual([8, 8])
})

test("finishing an evaluation answers with its scores, and late samples are still taken", async () => {
  const fay = await newUser(platform(), "fay")
  const { id } = await create(fay)
  await pushSamples(
    fay,
    id,
    [0, 0.5, 1].map((reward, example_id) => ({ example_id, reward })),
  )
  expect(await finalizeEvaluation(fay, id, null)).toMatchObject({
    status: "COMPLETED",
    total_samples: 3,
    avg_score: 0.5,
    min_score: 0,
    max_score: 1,
  })
  expect((await getRunStatistics(fay, id)).reward).toMatchObject({ count: 3, mean: 0.5, median: 0.5 })
  await pushSamples(fay, id, [{ example_id: 3, reward: 1 }])
  // Kept statistics are those of the samples that are there.
  expect((await getRunStatistics(fay, id)).reward).toMatchObject({ count: 4, mean: 0.625 })
})

test("samples are pushed by whoever may see the evaluation: its user, or the members of its team", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "lab")
  const stranger = await newUser(platform(), "stranger")
  const shared = await create(admin, { team_id: teamId })
  const own = await create(admin)
  const batch = [{ example_id: 1, reward: 1 }]
  expect((await pushSamples(member, shared.id, batch)).evaluation.samplesDone).toBe(1)
  for (const [ctx, id] of [
    [stranger, shared.id],
    [stranger, own.id],
    [member, own.id],
  ] as const) {
    await expect(pushSamples(ctx, id, batch)).rejects.toMatchObject({ code: "not_found" })
    await expect(finalizeEvaluation(ctx, id, null)).rejects.toMatchObject({ code: "not_found" })
    await expect(deleteEvaluation(ctx, id)).rejects.toMatchObject({ code: "not_found" })
  }
  await expect(create(stranger, { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
})

test("a hosted run stores its samples itself", async () => {
  const gus = await newUser(platform(), "gus")
  const id = newId()
  const run = {
    id,
    name: "run",
    userId: gus.userId,
    teamId: null,
    isHosted: true,
    evalType: "environment",
    status: "RUNNING",
    phase: "running",
  } as const
  await insertEvaluation(gus.db, { ...run, environments: [], metadata: {} })
  await expect(pushSamples(gus, id, [{ reward: 1 }])).rejects.toMatchObject({ code: "conflict" })
  await expect(finalizeEvaluation(gus, id, null)).rejects.toMatchObject({ code: "conflict" })
})

test("deleting several evaluations deletes those that can be, and names the others", async () => {
  const [ida, jan] = [await newUser(platform(), "ida"), await newUser(platform(), "jan")]
  const [one, two, other] = [await create(ida), await create(ida), await create(jan)]
  const answer = await deleteEvaluations(ida, [one.id, other.id, two.id, one.id])
  expect(answer).toMatchObject({ success_count: 2, failed_ids: [other.id] })
  await expect(getSamples(ida, one.id, 1, 10)).rejects.toMatchObject({ code: "not_found" })
  expect((await getSamples(jan, other.id, 1, 10)).total).toBe(0)
})

test("samples without a value come last in both directions", async () => {
  const kim = await newUser(platform(), "kim")
  const { id } = await create(kim)
  const long = "steps".repeat(101)
  await pushSamples(
    kim,
    id,
    [0.5, null, 1, null, 0].map((reward, example_id) =>
      reward === null
        ? { example_id }
        : {
            example_id,
            reward,
            metrics: { steps: reward, [long]: reward },
            timing: { total: reward },
            token_usage: { input_tokens: reward * 2, output_tokens: 2 },
          },
    ),
  )
  for (const sort_by of ["reward", "duration", "tokens", "metric:steps", `metric:${long}`])
    for (const [sort_order, expected] of [
      ["asc", [0, 0.5, 1, null, null]],
      ["desc", [1, 0.5, 0, null, null]],
    ] as const) {
      const rewards: (number | null)[] = []
      let after: string | null = null
      do {
        const query = ListSampleSummariesQuery.parse({ sort_by, sort_order, limit: 2, after })
        const page: Awaited<ReturnType<typeof listSampleSummaries>> = await listSampleSummaries(kim, id, query)
        expect(page.total).toBe(5)
        rewards.push(...page.samples.map((sample) => sample.reward))
        after = page.next
      } while (after !== null)
      expect(rewards, `${sort_by} ${sort_order}`).toEqual(expected)
    }
  // The cursor behind a missing value was another one in either direction.
  for (const [sort_order, after] of [
    ["asc", "Infinity:2"],
    ["desc", "-Infinity:4"],
  ]) {
    const query = ListSampleSummariesQuery.parse({ sort_by: "reward", sort_order, after })
    const { samples } = await listSampleSummaries(kim, id, query)
    expect(samples.map(({ seq }) => seq)).toEqual([sort_order === "asc" ? 4 : 2])
  }
})

test("the first batch of a run looks for no earlier samples, and later ones do", async () => {
  const ada = await newUser(platform(), "ada-first")
  const { id } = await create(ada)
  const reading = async (batch: { example_id: number; reward: number }[]) => {
    const statements = await statementsOf(platform().database, () => pushSamples(ada, id, batch))
    return statements.filter(({ text }) => /^\s*select\b.* from "samples"/s.test(text)).length
  }
  const batch = [0, 1].map((i) => ({ example_id: i, reward: 1 }))
  expect(await reading(batch)).toBe(0)
  expect(await reading(batch)).toBeGreaterThan(0)
  expect((await getSamples(ada, id, 1, 10)).total).toBe(2)
  // What is searched was asked for in the statement that stored them.
  const { rows } = await platform().database.pool.query("select due from sample_text_progress where evaluation_id = $1", [id])
  expect(rows).toEqual([{ due: 2 }])
})
