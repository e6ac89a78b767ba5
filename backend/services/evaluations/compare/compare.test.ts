import { expect, test } from "vitest"
import { underWayWords } from "../../../../contract/compare/words.ts"
import {
  CompareExamplesQuery,
  CompareQuery,
  CreateEvaluationRequest,
  type JsonObject,
  LaunchSuiteRequest,
} from "../../../../contract/index.ts"
import { newEnvironment, newUser } from "../../../testing/service-context.ts"
import { testPlatform } from "../../../testing/test-platform.ts"
import type { Context } from "../../context.ts"
import { createEvaluation } from "../create-evaluation.ts"
import { finalizeEvaluation } from "../finalize-evaluation.ts"
import { getRunStatistics } from "../get-evaluation.ts"
import { launchSuite } from "../launch/launch-suite.ts"
import { pushSamples } from "../push-samples.ts"
import { compareEvaluations } from "./compare-evaluations.ts"
import { listComparedExamples } from "./list-compared-examples.ts"

const platform = testPlatform()

interface Uploaded {
  model: string
  /** Rewards of each example; null for an error. */
  rewards: Record<string, (number | null)[]>
  metadata?: JsonObject
  prompt?: (example: string) => string
}

async function uploaded(ctx: Context, { model, rewards, metadata = {}, prompt = (example) => `Question ${example}?` }: Uploaded) {
  const { id } = await createEvaluation(
    ctx,
    CreateEvaluationRequest.parse({ name: `run of ${model}`, run_id: "r", model_name: model, metadata }),
  )
  const samples = Object.entries(rewards).flatMap(([example_id, list]) =>
    list.map((reward, i) => ({
      example_id,
      rollout_number: i,
      reward: reward ?? 0,
      error: reward === null ? { error: "ModelError", message: "boom" } : null,
      prompt: [{ role: "user", content: prompt(example_id) }],
      completion: [{ role: "assistant", content: `Answer ${i}` }],
    })),
  )
  await pushSamples(ctx, id, samples)
  await finalizeEvaluation(ctx, id, null)
  return id
}

const compare = (ctx: Context, query: object) => compareEvaluations(ctx, CompareQuery.parse(query))
const list = (ctx: Context, query: object) => listComparedExamples(ctx, CompareExamplesQuery.parse(query))

/** Examples 1 to `count` with the same rewards each. */
const examples = (count: number, rewards: (example: number) => (number | null)[]) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i + 1), rewards(i + 1)]))

test("two runs: means of the runs' own statistics, the paired difference, and the verdict with its counts", async () => {
  const ada = await newUser(platform(), "ada")
  const base = await uploaded(ada, { model: "lab/reader", rewards: examples(20, (i) => [i % 4 === 0 ? null : 0, 0]) })
  const other = await uploaded(ada, { model: "lab/scholar", rewards: examples(22, (i) => (i > 18 ? [0, 0] : [1, 0.5])) })
  const { runs, warnings, examples: all, differs, pinned, groups } = await compare(ada, { runs: `${base},${other}` })
  expect(all).toBe(22)
  expect(runs.map(({ label }) => label)).toEqual(["reader", "scholar"])
  for (const [i, id] of [base, other].entries()) {
    const { reward_errors_as_zero: expected } = await getRunStatistics(ada, id)
    expect(runs[i]?.mean).toBeCloseTo(Number(expected?.mean), 12)
    expect(runs[i]?.interval95?.low).toBeCloseTo(Number(expected?.interval95?.low), 12)
  }
  expect(runs[0]?.against_baseline).toBeNull()
  const against = runs[1]?.against_baseline
  expect(against).toMatchObject({ verdict: "better", examples: 20, improved: 18, equal: 2, regressed: 0, cannot_compare: 2 })
  expect(against?.difference).toBeCloseTo((18 * 0.75) / 20, 12)
  expect(against?.interval95?.low).toBeGreaterThan(0.4)
  expect(against?.p_adjusted).toBe(against?.p_value)
  expect(groups).toEqual([[other], [base]])
  expect(differs).toEqual([{ key: "model", label: "Model", values: ["lab/reader", "lab/scholar"] }])
  expect(warnings.map(({ kind }) => kind)).toEqual(["errors", "overlap"])
  expect(pinned).toBeNull()
})

test("errors are read as 0 or left out", async () => {
  const bea = await newUser(platform(), "bea")
  const base = await uploaded(bea, { model: "a", rewards: examples(6, () => [1, null]) })
  const other = await uploaded(bea, { model: "b", rewards: examples(6, () => [1, 1]) })
  const runs = `${base},${other}`
  const asZero = await compare(bea, { runs })
  expect(asZero.runs[0]?.mean).toBe(0.5)
  expect(asZero.runs[1]?.against_baseline).toMatchObject({ difference: 0.5, improved: 6 })
  const excluded = await compare(bea, { runs, errors: "excluded", margin: 0.9 })
  expect(excluded.runs[0]?.mean).toBe(1)
  expect(excluded.runs[1]?.against_baseline).toMatchObject({ difference: 0, equal: 6, verdict: "equivalent" })
})

test("examples: sorted by difference, filtered by change, a page at a time, with the blocks of both runs", async () => {
  const cleo = await newUser(platform(), "cleo")
  const base = await uploaded(cleo, { model: "a", rewards: { ...examples(9, () => [0, 1]), only: [1] } })
  const other = await uploaded(cleo, {
    model: "b",
    rewards: examples(9, (i) => (i <= 4 ? [1, 1] : i <= 6 ? [0, 0] : [0, 1])),
    prompt: (example) => (example === "7" ? "Something else?" : `Question ${example}?`),
  })
  const runs = `${base},${other}`
  const found: string[] = []
  let cursor: string | null = null
  do {
    const page = await list(cleo, { runs, limit: 4, ...(cursor ? { cursor } : {}) })
    expect(page.total).toBe(10)
    found.push(...page.examples.map((one) => one.example_id))
    cursor = page.next
  } while (cursor)
  expect(found).toEqual(["1", "2", "3", "4", "7", "8", "9", "5", "6", "only"])
  const regressed = await list(cleo, { runs, show: "regressed" })
  expect(regressed).toMatchObject({ total: 2, next: null })
  expect(regressed.examples[0]).toMatchObject({
    example_id: "5",
    prompt: "Question 5?",
    prompts_differ: false,
    change: "regressed",
    difference: -0.5,
    runs: [
      { mean: 0.5, count: 2, rollouts: [{ reward: 0 }, { reward: 1 }] },
      { mean: 0, count: 2, rollouts: [{ reward: 0 }, { reward: 0 }] },
    ],
  })
  const upwards = await list(cleo, { runs, order: "asc", limit: 3 })
  expect(upwards.examples.map((one) => one.example_id)).toEqual(["5", "6", "7"])
  expect(upwards.examples[2]?.prompts_differ).toBe(true)
  const [only] = (await list(cleo, { runs, show: "cannot_compare" })).examples
  expect(only).toMatchObject({
    example_id: "only",
    difference: null,
    runs: [
      { mean: 1, count: 1 },
      { mean: null, count: 0, rollouts: [] },
    ],
  })
  const { warnings } = await compare(cleo, { runs })
  expect(warnings.find(({ kind }) => kind === "questions")?.text).toContain("1 of 9 ids")
  await expect(list(cleo, { runs, cursor: "nonsense" })).rejects.toMatchObject({ problems: [{ path: ["cursor"] }] })
  await expect(list(cleo, { runs, run: base })).rejects.toMatchObject({ problems: [{ path: ["run"] }] })
})

test("several runs: Holm's correction has a say, and ranks say which places are possible", async () => {
  const dora = await newUser(platform(), "dora")
  const solving = (passed: number) => examples(120, (i) => [Number(i <= passed)])
  const ids: string[] = []
  for (const [model, passed] of [
    ["base", 60],
    ["worse", 20],
    ["near", 65],
    ["better", 110],
  ] as const)
    ids.push(await uploaded(dora, { model, rewards: solving(passed) }))
  const { runs, groups } = await compare(dora, { runs: ids.join(",") })
  // The interval of five gained of 120 leaves out 0, but p is 0.0625: among several runs that is not enough.
  expect(runs[2]?.against_baseline?.interval95?.low).toBeGreaterThan(0)
  expect(runs.map((run) => run.against_baseline?.verdict)).toEqual([undefined, "worse", "cannot_tell", "better"])
  expect(runs.map(({ rank }) => rank)).toEqual([
    { from: 2, to: 3 },
    { from: 4, to: 4 },
    { from: 2, to: 3 },
    { from: 1, to: 1 },
  ])
  expect(groups).toEqual([[ids[3]], [ids[2], ids[0]], [ids[1]]])
  expect(runs[1]?.against_baseline?.test).toBe("mcnemar")
})

test("what is not the same is named, with the conclusion that it weakens", async () => {
  const eve = await newUser(platform(), "eve")
  const config = (temperature: number, args: object, rollouts_per_example = 1) => ({
    sampling_args: { temperature },
    env_args: args,
    rollouts_per_example,
  })
  const rewards = examples(3, () => [1])
  const one = await uploaded(eve, { model: "a", rewards, metadata: config(0, { split: "test", judge_model: "x" }) })
  const two = await uploaded(eve, { model: "b", rewards, metadata: config(0.7, { split: "train", judge_model: "y" }, 2) })
  const { differs, same, warnings } = await compare(eve, { runs: `${one},${two}` })
  expect(differs.map(({ key }) => key)).toEqual([
    "model",
    "rollouts_per_example",
    "env_args.split",
    "env_args.judge_model",
    "sampling_args.temperature",
  ])
  expect(differs.at(-1)).toEqual({ key: "sampling_args.temperature", label: "Temperature", values: [0, 0.7] })
  expect(same.some(({ key }) => key === "model")).toBe(false)
  expect(warnings.map(({ kind }) => kind)).toEqual(["judge", "arguments", "sampling", "rollouts"])
})

test("runs that cannot be compared are refused by name", async () => {
  const [fay, other] = [await newUser(platform(), "fay"), await newUser(platform(), "gus")]
  const own = await uploaded(fay, { model: "a", rewards: { 1: [1] } })
  const foreign = await uploaded(other, { model: "b", rewards: { 1: [1] } })
  await expect(compare(fay, { runs: `${own},${foreign}` })).rejects.toMatchObject({
    code: "not_found",
    message: expect.stringContaining(foreign),
  })
  await expect(compare(fay, { runs: own })).rejects.toMatchObject({ code: "invalid", problems: [{ path: ["runs"] }] })
  await expect(compare(fay, { runs: `${own},${own}` })).rejects.toMatchObject({ message: expect.stringContaining("twice") })
  await expect(compare(fay, { runs: Array(11).fill("x").join(",") })).rejects.toMatchObject({
    message: expect.stringContaining("these are 11"),
  })
  await expect(compare(fay, { runs: `baseline,${own}` })).rejects.toMatchObject({ message: expect.stringContaining("no baseline") })
})

test("the same configuration twice says how often chance alone would call it different", async () => {
  const user = await newUser(platform(), "aa")
  const rewards = (shift: number) => examples(40, (i) => [(i + shift) % 3 === 0 ? 1 : 0])
  const [first, again, other] = [
    await uploaded(user, { model: "lab/reader", rewards: rewards(0) }),
    await uploaded(user, { model: "lab/reader", rewards: rewards(1) }),
    await uploaded(user, { model: "lab/scholar", rewards: rewards(2) }),
  ]
  const { runs } = await compare(user, { runs: `${first},${again},${other}` })
  const found = runs[1]?.against_baseline?.same_configuration
  expect(found?.draws).toBe(1000)
  expect(found?.called_different).toBeGreaterThan(0)
  expect(found?.called_different).toBeLessThan(70)
  expect(runs[2]?.against_baseline?.same_configuration).toBeNull()
})

test("a test that is made for a fixed number of examples is left out where a run chose when to stop", async () => {
  const ida = await newUser(platform(), "ida")
  const [first, second] = [
    await uploaded(ida, { model: "lab/reader", rewards: examples(40, (i) => [i % 3 === 0 ? 1 : 0]) }),
    await uploaded(ida, { model: "lab/reader", rewards: examples(40, (i) => [i % 3 === 0 ? 0 : 1]) }),
  ]
  const chose = (id: string, place: string) =>
    platform().database.pool.query(
      `with drawn as (update samples set draw_place = ${place} where evaluation_id = $1)
       update evaluations set settling = $2, updated_at = now() + interval '1 second' where id = $1`,
      [
        id,
        {
          kind: "settled",
          verdict: "margin",
          examples: 40,
          of: 80,
          mean: 0.5,
          low: 0.4,
          high: 0.6,
          saved: { rollouts: 40, cost_usd: null, seconds: null },
        },
      ],
    )
  const compared = async () => {
    const { runs, warnings } = await compare(ida, { runs: `${first},${second}` })
    return { against: runs[1]?.against_baseline, warned: warnings.filter(({ kind }) => kind === "one_look" || kind === "drawn_apart") }
  }
  const fixed = await compared()
  expect(fixed.against).toMatchObject({ test: "mcnemar", wilcoxon_p: expect.any(Number), same_configuration: { draws: 1000 } })
  expect(fixed.warned).toEqual([])
  await chose(second, "seq - 1")
  const one = await compared()
  expect(one.against).toMatchObject({ test: "betting", wilcoxon_p: null, same_configuration: null })
  expect(one.warned).toEqual([])
  await chose(first, "40 - seq")
  const both = await compared()
  expect(both.against).toMatchObject({ test: "betting_apart", wilcoxon_p: null, same_configuration: null })
  expect(both.against?.interval95?.of_all_examples).toBe(true)
  expect(both.warned.map(({ text }) => text)).toEqual([expect.stringContaining("an order of its own")])
})

test("runs that are waiting or under way can be compared, and it is said that they are", async () => {
  const hal = await newUser(platform(), "hal")
  const { id } = await newEnvironment(platform(), hal)
  const { evaluation_ids } = await launchSuite(
    hal,
    LaunchSuiteRequest.parse({
      environment_id: id,
      inference_models: ["lab/a", "lab/b", "lab/c"],
      eval_config: { num_examples: 5, rollouts_per_example: 1, api_base_url: "http://127.0.0.1:9/v1" },
    }),
  )
  const runs = evaluation_ids.join()
  const waiting = await compare(hal, { runs })
  expect(waiting.runs.map(({ status, mean, samples }) => [status, mean, samples])).toEqual(evaluation_ids.map(() => ["PENDING", null, 0]))
  expect(waiting.warnings.filter(({ kind }) => kind === "active")).toHaveLength(3)
  expect(underWayWords(waiting.runs)).toMatchObject({ claim: "All 3 runs are under way.", rest: "They have no example in common yet." })
  expect(await list(hal, { runs })).toMatchObject({ examples: [], total: 0, next: null })
  expect(waiting.differs).toEqual([{ key: "model", label: "Model", values: ["lab/a", "lab/b", "lab/c"] }])
})
