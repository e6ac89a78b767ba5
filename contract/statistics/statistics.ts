import type { RolloutOutcome } from "../samples/samples.ts"
import { type Clustering, clusterNumbers } from "./clusters.ts"
import { meanInterval, rangeFor, rangeWithZero, type Series, type ValueRange } from "./interval.ts"
import { passCurves } from "./pass-curves.ts"
import { passThreshold } from "./pass-threshold.ts"
import { meansDiffer } from "./retried.ts"
import type { Distribution, MeanWithInterval, Outcomes, RunStatistics } from "./run-statistics.ts"
import { type Draw, drawnIntervals, type IntervalOf } from "./settled/drawn-interval.ts"
import { centerOf, histogram, mean, quantile, rangeOf, standardDeviation } from "./spread.ts"
import { varianceSplit } from "./variance.ts"

/** What the statistics need of one sample. */
export interface ScoredSample {
  example_id: string
  reward: number | null
  /** Only numbers are counted; of others the name is kept. */
  metrics: Record<string, number | string>
  errored: boolean
  truncated: boolean
  duration_ms?: number | null
}

/** The same of many samples: a column for each, since a hundred thousand objects take longer than the rest. */
export interface ScoreColumns {
  exampleIds: readonly string[]
  /** NaN where there is none. */
  rewards: Float64Array
  metrics: readonly ScoredSample["metrics"][]
  outcomes: readonly RolloutOutcome[]
  /** Milliseconds; NaN where it is not known. */
  durations: Float64Array
  /** Whether a sample took the place of one with an error; left out where none did. */
  retried?: readonly boolean[]
}

interface Column extends Series {
  values: number[]
  examples: number[]
}

const exampleBins = 40
const examplesListedMax = 50
const exampleGroupsMax = 100
const examplesNamedMax = 10

/** The mean of values with its interval; null for none. */
function meanOf(series: Series, declared: ValueRange | null, intervalOf: IntervalOf): MeanWithInterval | null {
  const { values } = series
  if (values.length === 0) return null
  const { min, max } = rangeOf(values)
  return { mean: centerOf(values).mean, interval95: intervalOf(series, rangeFor(min, max, declared)) }
}

function distribution(name: string, series: Series, intervalOf: IntervalOf, declared: ValueRange | null = null): Distribution | null {
  const { values } = series
  if (values.length === 0) return null
  const ranked = values.slice()
  const center = centerOf(values)
  const { min, max } = rangeOf(values)
  return {
    name,
    count: values.length,
    mean: center.mean,
    std: standardDeviation(values, center),
    min,
    p25: quantile(ranked, 0.25),
    median: quantile(ranked, 0.5),
    p75: quantile(ranked, 0.75),
    max,
    interval95: intervalOf(series, rangeFor(min, max, declared)),
    bins: histogram(values),
  }
}

interface Example {
  example_id: string
  count: number
  errored: number
  rewards: number[]
  /** Rollouts without an error whose reward is at least the threshold, and those whose reward is less. */
  passed: number
  failed: number
}

/**
 * Everything that the run page shows about the samples stored so far. Platform, page and client-side fall-back use this one function.
 * @param threshold a rollout passes when its reward is at least this
 */
export function runStatistics(evaluationId: string, samples: readonly ScoredSample[], threshold = passThreshold): RunStatistics {
  return statisticsOfScores(
    evaluationId,
    {
      exampleIds: samples.map((sample) => sample.example_id),
      rewards: Float64Array.from(samples, ({ reward }) => reward ?? Number.NaN),
      metrics: samples.map((sample) => sample.metrics),
      outcomes: samples.map(({ errored, truncated }) => (errored ? "error" : truncated ? "truncated" : "ok")),
      durations: Float64Array.from(samples, ({ duration_ms }) => duration_ms ?? Number.NaN),
    },
    threshold,
  )
}

/**
 * The same of samples in columns.
 * @param declared the range in which rewards are declared to lie
 * @param draw the random order of the examples of a run that chose when to stop: its intervals are right whenever it did, for the mean over all
 *   of its examples, however these belong together
 * @param clustering which examples belong together; without it each is a cluster of its own
 */
export function statisticsOfScores(
  evaluationId: string,
  scores: ScoreColumns,
  threshold = passThreshold,
  declared: ValueRange | null = null,
  draw: Draw | null = null,
  clustering: Clustering | null = null,
): RunStatistics {
  const rewards: Column = { values: [], examples: [] }
  const metrics = new Map<string, Column>()
  const texts = new Set<string>()
  const numbers = new Map<string, number>()
  const examples: Example[] = []
  const numberOf = new Array<number>(scores.exampleIds.length)
  const durations: number[] = []
  let number = 0
  let example: Example | undefined
  let isBinary = true
  const outcomes: Outcomes = { pass: 0, fail: 0, truncated: 0, error: 0, unscored: 0, highest_fail: null }
  for (let i = 0; i < scores.exampleIds.length; i++) {
    const id = scores.exampleIds[i] as string
    if (example?.example_id !== id) {
      const known = numbers.get(id)
      number = known ?? examples.length
      if (known === undefined) {
        numbers.set(id, number)
        examples.push({ example_id: id, count: 0, errored: 0, rewards: [], passed: 0, failed: 0 })
      }
      example = examples[number] as Example
    }
    const reward = scores.rewards[i] as number
    const outcome = scores.outcomes[i]
    example.count++
    numberOf[i] = number
    const passes = reward >= threshold
    if (outcome === "error") {
      example.errored++
      outcomes.error++
    } else {
      if (passes) example.passed++
      else if (!Number.isNaN(reward)) example.failed++
      if (outcome === "truncated") outcomes.truncated++
      else if (passes) outcomes.pass++
      else if (Number.isNaN(reward)) outcomes.unscored++
      else {
        outcomes.fail++
        outcomes.highest_fail = Math.max(reward, outcomes.highest_fail ?? reward)
      }
    }
    const duration = scores.durations[i] as number
    if (Number.isFinite(duration)) durations.push(duration)
    if (!Number.isNaN(reward)) {
      if (reward !== 0 && reward !== 1) isBinary = false
      example.rewards.push(reward)
      rewards.values.push(reward)
      rewards.examples.push(number)
    }
    const own = scores.metrics[i] as ScoredSample["metrics"]
    for (const name in own) {
      const value = own[name]
      if (typeof value !== "number") {
        texts.add(name)
        continue
      }
      let metric = metrics.get(name)
      if (!metric) {
        metric = { values: [], examples: [] }
        metrics.set(name, metric)
      }
      metric.values.push(value)
      metric.examples.push(number)
    }
  }
  const drawn = draw && examplesAsDrawn(examples, draw)
  const clusters =
    clustering && !drawn
      ? clusterNumbers(
          examples.map((example) => example.example_id),
          clustering,
        )
      : null
  const intervalOf = drawn
    ? drawnIntervals(...placesOf(examples, drawn), draw.of)
    : clusters
      ? clusteredIntervals(clusters.numbers)
      : meanInterval
  const reward = distribution("reward", rewards, intervalOf, declared)
  /** The mean of what a value is made of each sample's outcome, reward and place; NaN is left out. */
  const meanBy = (
    value: (outcome: RolloutOutcome, reward: number, i: number) => number,
    range: ValueRange | null = declared,
  ): MeanWithInterval | null => {
    const column: Column = { values: [], examples: [] }
    for (let i = 0; i < numberOf.length; i++) {
      const one = value(scores.outcomes[i] as RolloutOutcome, scores.rewards[i] as number, i)
      if (Number.isNaN(one)) continue
      column.values.push(one)
      column.examples.push(numberOf[i] as number)
    }
    return meanOf(column, range, intervalOf)
  }
  /** The mean of rewards, with another value for those of errors; without errors all such means are the same. */
  const rewardMean = (ofError: number): MeanWithInterval | null =>
    outcomes.error === 0
      ? reward && { mean: reward.mean, interval95: reward.interval95 }
      : meanBy((outcome, one) => (outcome === "error" ? ofError : one), rangeWithZero(declared))
  const scored = rewardMean(Number.NaN)
  const means: number[] = []
  for (const { rewards: own } of examples) if (own.length > 0) means.push(mean(own) as number)
  return {
    evaluation_id: evaluationId,
    samples: scores.exampleIds.length,
    examples: examples.length,
    errored: outcomes.error,
    truncated: outcomes.truncated,
    ...(clustering && clusters ? { clusters: { by: clustering.by, count: clusters.count } } : {}),
    reward,
    median_duration_ms: durations.length > 0 ? quantile(durations, 0.5) : null,
    reward_without_errors: scored?.mean ?? null,
    reward_scored: scored,
    reward_errors_as_zero: rewardMean(0),
    ...(scores.retried?.includes(true) ? { retried: retriedOf(scores.retried, scores.outcomes, meanBy) } : {}),
    error_rate: meanBy((outcome) => Number(outcome === "error"), null),
    metrics: [...metrics].map(([name, values]) => distribution(name, values, intervalOf)).filter((d) => d !== null),
    text_metrics: [...texts].filter((name) => !metrics.has(name)),
    reward_is_binary: reward && isBinary,
    variance: reward && varianceSplit(rewards, rangeFor(reward.min, reward.max, declared)),
    pass_at_k: passCurves(
      (drawn ?? examples).map((example) => example.rewards),
      threshold,
      drawn && draw.of,
    ),
    pass_threshold: threshold,
    outcomes,
    examples_by_pass: byPass(examples),
    example_bins: histogram(means, exampleBins),
    by_example: examples.slice(0, examplesListedMax).map(({ example_id, count, errored, rewards: own }) => ({
      example_id,
      count,
      errored,
      mean: mean(own),
      std: own.length > 1 ? standardDeviation(own) : null,
    })),
    example_groups: groupsOf(examples),
  }
}

/** Intervals that take for one what the examples of a cluster have. @param numbers the cluster of each example */
const clusteredIntervals =
  (numbers: Uint32Array): IntervalOf =>
  ({ values, examples }, range) =>
    meanInterval({ values, examples: Array.from(examples, (example) => numbers[example] as number) }, range)

/** The examples in the order in which they were drawn; null unless all of them were. */
function examplesAsDrawn(examples: readonly Example[], { order }: Draw): Example[] | null {
  const byId = new Map(examples.map((example) => [example.example_id, example]))
  const drawn = order.flatMap((id) => byId.get(id) ?? [])
  return drawn.length === examples.length ? drawn : null
}

/** Where each of the examples is among those as they were drawn, and how many rollouts one of them has at most. */
function placesOf(examples: readonly Example[], drawn: readonly Example[]): [places: number[], most: number] {
  const places = new Map(drawn.map((example, place) => [example, place]))
  return [examples.map((example) => places.get(example) as number), examples.reduce((most, { count }) => Math.max(most, count), 0)]
}

/** The samples that were tried again beside the others; errors count in neither. */
function retriedOf(
  retried: readonly boolean[],
  outcomes: ScoreColumns["outcomes"],
  meanBy: (value: (outcome: RolloutOutcome, reward: number, i: number) => number) => MeanWithInterval | null,
): RunStatistics["retried"] {
  const meanWhere = (wanted: boolean) =>
    meanBy((outcome, reward, i) => (outcome === "error" || retried[i] !== wanted ? Number.NaN : reward))
  const [mean, first_tries] = [meanWhere(true), meanWhere(false)]
  return {
    samples: retried.filter((was, i) => was && outcomes[i] !== "error").length,
    mean,
    first_tries,
    differs: mean !== null && first_tries !== null && meansDiffer(mean, first_tries),
  }
}

/** How many examples pass always, sometimes and never, and the first of those that people look into. */
function byPass(examples: readonly Example[]): RunStatistics["examples_by_pass"] {
  const always = examples.filter(({ passed, failed }) => passed > 0 && failed === 0)
  const sometimes = examples.filter(({ passed, failed }) => passed > 0 && failed > 0)
  const never = examples.filter(({ passed, failed }) => passed === 0 && failed > 0)
  const firstOf = (some: readonly Example[]) => some.slice(0, examplesNamedMax).map(({ example_id }) => example_id)
  return {
    always: always.length,
    sometimes: sometimes.length,
    never: never.length,
    sometimes_first: firstOf(sometimes),
    never_first: firstOf(never),
  }
}

/** Neighbouring examples together, one by one where there are few. */
function groupsOf(examples: readonly Example[]): RunStatistics["example_groups"] {
  const size = Math.max(1, Math.ceil(examples.length / exampleGroupsMax))
  const groups: NonNullable<RunStatistics["example_groups"]> = []
  for (let i = 0; i < examples.length; i += size) {
    const group = examples.slice(i, i + size)
    const means: number[] = []
    for (const example of group) if (example.rewards.length > 0) means.push(mean(example.rewards) as number)
    groups.push({
      from: (group[0] as Example).example_id,
      to: (group.at(-1) as Example).example_id,
      examples: group.length,
      count: group.reduce((sum, example) => sum + example.count, 0),
      errored: group.reduce((sum, example) => sum + example.errored, 0),
      mean: mean(means),
    })
  }
  return groups
}
