import { describe, expect, test } from "vitest"
import { randomFrom } from "../../testing/random.ts"
import { alignExamples, meanOfExamples, type RunExamples } from "../compare/examples.ts"
import { comparePair, drawOfPair } from "../compare/pair.ts"
import { type ScoredSample, statisticsOfScores } from "../statistics.ts"
import { ratioSequence, sequencePValue } from "./confidence-sequence.ts"
import { drawnInterval } from "./drawn-interval.ts"

const unit = [0, 1] as const
type Random = () => number

/** Examples of a drifting data set in a random order: every rollout has a reward, and a metric that some lack. */
function drawnRun(random: Random, of: number, rollouts: number) {
  const examples = Array.from({ length: of }, (_, i) => ({
    id: `e${i}`,
    values: Array.from({ length: rollouts }, () => (random() < 0.25 ? null : Number(random() < 0.9 - (0.7 * i) / of))),
    key: random(),
  }))
  return examples.sort((a, b) => a.key - b.key)
}
const totals = (values: (number | null)[]) => {
  const own = values.filter((value) => value !== null)
  return { sum: own.reduce((all, one) => all + one, 0), size: own.length }
}

describe("limits of a mean of which examples have some values each", () => {
  test("are never outside of the truth at any look in more than 5 % of runs", { timeout: 60_000 }, () => {
    const [runs, of, most] = [400, 60, 3]
    const random = randomFrom(3)
    let wrong = 0
    for (let run = 0; run < runs; run++) {
      const examples = drawnRun(random, of, most).map(({ values }) => totals(values))
      const all = examples.reduce(({ sum, size }, one) => ({ sum: sum + one.sum, size: size + one.size }))
      const truth = all.sum / all.size
      let isWrong = false
      for (let n = 2; n < of && !isWrong; n += 3) {
        const seen = examples.slice(0, n)
        const drawn = { sums: seen.map(({ sum }) => sum), sizes: seen.map(({ size }) => size), most, of }
        const { low, high } = ratioSequence(drawn, unit, null)
        isWrong = low > truth + 1e-9 || high < truth - 1e-9
      }
      if (isWrong) wrong++
    }
    // And not by being useless: some are.
    expect(wrong).toBeGreaterThan(0)
    expect(wrong / runs).toBeLessThanOrEqual(0.05)
  })

  test("end at the mean itself, and at a single example's where nothing else has a value", () => {
    const whole = ratioSequence({ sums: [1, 0, 2], sizes: [2, 1, 2], most: 2, of: 3 }, unit, null)
    expect([whole.low, whole.high]).toEqual([expect.closeTo(0.6, 9), expect.closeTo(0.6, 9)])
    expect(drawnInterval({ sums: [1, 0], sizes: [2, 0], most: 2, of: 9 }, unit)).toBeNull()
    expect(drawnInterval({ sums: [0, 0, 0], sizes: [2, 2, 2], most: 2, of: 9 }, unit)).toMatchObject({ low: 0, of_all_examples: true })
  })

  test("leave out a value where its p-value is small, and only there", () => {
    const sums = Array.from({ length: 60 }, (_, i) => Number(i % 4 > 0))
    const drawn = { sums, sizes: sums.map(() => 1), most: 1, of: 200 }
    const { low, high } = ratioSequence(drawn, unit, null)
    for (const [mean, isOut] of [
      [low - 0.001, true],
      [low + 0.001, false],
      [0.75, false],
      [high - 0.001, false],
      [high + 0.001, true],
    ] as const)
      expect(sequencePValue(drawn, unit, mean) <= 0.05, `${mean}`).toBe(isOut)
  })
})

describe("statistics of a run that chose when to stop", () => {
  const random = randomFrom(5)
  const [of, asked] = [80, 40]
  const examples = drawnRun(random, of, 2).slice(0, asked)
  const samples = examples.flatMap(({ id, values }, i) =>
    values.map(
      (value, r): ScoredSample => ({
        example_id: id,
        reward: value ?? 0,
        metrics: { ...(value === null ? {} : { right: value }), length: 10 * r },
        errored: i % 10 === 0 && r === 0,
        truncated: false,
      }),
    ),
  )
  const columns = {
    exampleIds: samples.map(({ example_id }) => example_id),
    rewards: Float64Array.from(samples, ({ reward }) => reward ?? Number.NaN),
    metrics: samples.map(({ metrics }) => metrics),
    outcomes: samples.map(({ errored }) => (errored ? ("error" as const) : ("ok" as const))),
    durations: new Float64Array(samples.length),
  }
  const order = examples.map(({ id }) => id)

  test("have its limits for every mean of a known range", () => {
    const found = statisticsOfScores("r", columns, 0.5, null, { order, of })
    const metric = (name: string) => found.metrics.find((one) => one.name === name)?.interval95
    const means = [found.reward, found.reward_scored, found.reward_errors_as_zero, found.error_rate]
    for (const mean of means) expect(mean?.interval95).toMatchObject({ approximate: false, of_all_examples: true })
    const seen = examples.map(({ values }) => totals(values))
    expect(metric("right")).toEqual({
      ...ratioSequence({ sums: seen.map(({ sum }) => sum), sizes: seen.map(({ size }) => size), most: 2, of }, unit, null),
      approximate: false,
      of_all_examples: true,
    })
    const [first, second] = found.pass_at_k
    expect(first?.pass_at_interval95?.of_all_examples).toBe(true)
    expect(second?.pass_all_interval95?.of_all_examples).toBe(true)
    // Lengths have no known range.
    expect(metric("length")).toMatchObject({ approximate: true })
    expect(metric("length")).not.toHaveProperty("of_all_examples")
  })

  test("depend on the order in which examples were drawn, and not on that in which they are listed", () => {
    const shown = samples.map((_, i) => i).sort((a, b) => columns.exampleIds[a]?.localeCompare(columns.exampleIds[b] ?? "") ?? 0)
    const sorted = {
      exampleIds: shown.map((i) => columns.exampleIds[i] as string),
      rewards: Float64Array.from(shown, (i) => columns.rewards[i] as number),
      metrics: shown.map((i) => columns.metrics[i] as ScoredSample["metrics"]),
      outcomes: shown.map((i) => columns.outcomes[i] as "ok"),
      durations: columns.durations,
    }
    const [one, other, backwards] = [
      statisticsOfScores("r", columns, 0.5, null, { order, of }),
      statisticsOfScores("r", sorted, 0.5, null, { order, of }),
      statisticsOfScores("r", columns, 0.5, null, { order: order.toReversed(), of }),
    ]
    expect(other.reward?.interval95).toEqual(one.reward?.interval95)
    expect(other.pass_at_k).toEqual(one.pass_at_k)
    expect(backwards.reward?.interval95).not.toEqual(one.reward?.interval95)
  })

  test("of which an example was not drawn by chance are those of any run", () => {
    const found = statisticsOfScores("r", columns, 0.5, null, { order: order.slice(1), of })
    expect(found).toEqual(statisticsOfScores("r", columns))
  })
})

describe("a difference from a run that chose when to stop", () => {
  const of = 100
  const all = Array.from({ length: of }, (_, i) => `e${i}`)
  const runOf = (ids: readonly string[], reward: (id: string) => number, draw: RunExamples["draw"] = null): RunExamples => ({
    ids,
    sums: Float64Array.from(ids, reward),
    scored: new Float64Array(ids.length).fill(1),
    errored: new Float64Array(ids.length),
    low: 0,
    high: 1,
    isBinary: true,
    draw,
  })
  const number = (id: string) => Number(id.slice(1))
  const whole = runOf(all, (id) => Number(number(id) % 3 === 0))
  const order = all.toSorted((a, b) => ((number(a) * 37) % of) - ((number(b) * 37) % of))
  const settled = (asked: number, by = order) =>
    runOf(by.slice(0, asked).toSorted(), (id) => Number(number(id) % 3 < 2), { order: by.slice(0, asked), of })

  test("has the limits of a confidence sequence, whichever of both it was, and a p-value that agrees", () => {
    for (const runs of [
      [whole, settled(60)],
      [settled(60), whole],
    ] as const) {
      const pair = comparePair(alignExamples(runs, "zero"), 0, 1)
      const sign = runs[0] === whole ? 1 : -1
      const drawn = { sums: order.slice(0, 60).map((id) => sign * Number(number(id) % 3 === 1)), sizes: Array(60).fill(1), most: 1, of }
      expect(pair).toMatchObject({
        examples: 60,
        test: "betting",
        interval95: { ...ratioSequence(drawn, [-1, 1], null), of_all_examples: true },
        p_value: sequencePValue(drawn, [-1, 1], 0),
        verdict: sign > 0 ? "better" : "worse",
      })
      expect(pair.p_value).toBeLessThan(0.05)
      expect(pair.interval95?.low).toBeLessThan((sign * 33) / 100)
      expect(pair.interval95?.high).toBeGreaterThan((sign * 33) / 100)
    }
  })

  test("ends with the shorter of two that drew in one order, and is one of two means where orders differ", () => {
    const both = alignExamples([settled(60), settled(40)], "zero")
    expect(drawOfPair(both, 0, 1)?.places).toHaveLength(40)
    expect(comparePair(both, 0, 1)).toMatchObject({ examples: 40, difference: 0, test: "betting", p_value: 1, verdict: "cannot_tell" })
    const apart = alignExamples([settled(60), settled(60, order.toReversed())], "zero")
    const pair = comparePair(apart, 0, 1)
    expect(drawOfPair(apart, 0, 1)).toBeNull()
    expect(pair.test).toBe("betting_apart")
    const [one, other] = apart.draws.map((draw, run) => {
      const sums = (draw?.places ?? []).map((place) => apart.means[run]?.[place] as number)
      return ratioSequence({ sums, sizes: sums.map(() => 1), most: 1, of }, [0, 1], null, 0.025)
    })
    expect(pair.interval95).toMatchObject({ low: (other?.low ?? 0) - (one?.high ?? 0), of_all_examples: true })
  })

  test("in an unknown range has no verdict, whatever the interval of one look says", () => {
    const lost = (run: RunExamples): RunExamples => ({
      ...run,
      sums: run.sums.map((sum) => 5 * sum - 9),
      low: -9,
      high: -4,
      isBinary: false,
    })
    const won = (run: RunExamples): RunExamples => ({ ...run, sums: run.sums.map((sum) => 5 * sum + 4), low: 4, high: 9, isBinary: false })
    const pair = comparePair(alignExamples([lost(whole), won(settled(60))], "zero"), 0, 1)
    expect(pair.interval95).toMatchObject({ approximate: true })
    expect(pair.interval95?.low).toBeGreaterThan(0)
    expect(pair.verdict).toBe("cannot_tell")
  })

  test("asks for no more examples than are left", () => {
    const near = runOf(all, (id) => Number(number(id) % 3 < 2 && number(id) % 2 === 0))
    const pair = comparePair(alignExamples([near, settled(10)], "zero"), 0, 1)
    expect(pair.verdict).toBe("cannot_tell")
    expect(pair.more_examples).toBeLessThanOrEqual(of - 10)
  })

  test("leaves the mean of the run with the same limits as its page", () => {
    const run = settled(60)
    const { interval95 } = meanOfExamples(run, "zero")
    const sums = order.slice(0, 60).map((id) => Number(number(id) % 3 < 2))
    expect(interval95).toEqual(drawnInterval({ sums, sizes: Array(60).fill(1), most: 1, of }, unit))
  })
})
