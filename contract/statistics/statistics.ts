import type { RolloutOutcome } from "../samples/samples.ts"
import { meanInterval, type Series, type ValueRange } from "./interval.ts"
import type { Distribution, MeanWithInterval, RunStatistics } from "./run-statistics.ts"

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
}

interface Column extends Series {
  values: number[]
  examples: number[]
}

const histogramBins = 20
const examplesListedMax = 50
const exampleGroupsMax = 100
/** The library's default: a rollout passes when its reward is at least this. */
export const passThreshold = 0.5

/** Sums and squares larger than that are made of values divided by the largest, lest they exceed the largest double. */
const squaresSafely = 1e150

const finite = (value: number): number => Math.min(value, Number.MAX_VALUE)

interface Center {
  /** What values are divided by before they are summed and squared: 1, unless that would exceed the largest double. */
  unit: number
  mean: number
}

function centerOf(values: readonly number[]): Center {
  let largest = 0
  for (const value of values) if (Math.abs(value) > largest) largest = Math.abs(value)
  const unit = largest > squaresSafely ? largest : 1
  let sum = 0
  for (const value of values) sum += value / unit
  return { unit, mean: (sum / values.length) * unit }
}

/** Arithmetic mean; null for no values. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : centerOf(values).mean
}

/** Sample standard deviation (n − 1 in the denominator); 0 for fewer than two values. */
export function standardDeviation(values: readonly number[], { unit, mean } = centerOf(values)): number {
  if (values.length < 2) return 0
  const center = mean / unit
  let squares = 0
  for (const value of values) squares += (value / unit - center) ** 2
  return finite(Math.sqrt(squares / (values.length - 1)) * unit)
}

/** Quantile by linear interpolation between order statistics (R's type 7, NumPy's default). `values` is not empty, and is put in another order. */
export function quantile(values: number[], q: number): number {
  const position = (values.length - 1) * q
  const below = Math.floor(position)
  const low = select(values, below)
  const share = position - below
  if (share === 0) return low
  // Those after the one at its place are at least as large.
  let high = Number.POSITIVE_INFINITY
  for (let i = below + 1; i < values.length; i++) high = Math.min(high, values[i] as number)
  // The distance of two doubles need not be one.
  return Number.isFinite(high - low) ? low + (high - low) * share : low * (1 - share) + high * share
}

/** The value that sorting would bring to a place, which it is brought to, smaller ones before it (Hoare's FIND): a tenth of sorting's time. */
function select(values: number[], place: number): number {
  let from = 0
  let to = values.length - 1
  while (from < to) {
    // By chance, so that no order of values makes it slow.
    const pivot = values[from + Math.floor(Math.random() * (to - from + 1))] as number
    let i = from
    let j = to
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i > j) break
      const value = values[i] as number
      values[i++] = values[j] as number
      values[j--] = value
    }
    if (place <= j) to = j
    else if (place >= i) from = i
    else break
  }
  return values[place] as number
}

function rangeOf(values: readonly number[]): { min: number; max: number } {
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
  }
  return { min, max }
}

/** Equal-width bins from the smallest to the largest value; [0, 1] when all values lie in it, so that rewards of different runs look alike. */
export function histogram(values: readonly number[]): Distribution["bins"] {
  if (values.length === 0) return []
  const { min, max } = rangeOf(values)
  let low = min
  let high = max
  if (low >= 0 && high <= 1) {
    low = 0
    high = 1
  }
  if (low === high) return [{ from: low, to: high, count: values.length }]
  const width = high / histogramBins - low / histogramBins
  const edge = (i: number) => low * (1 - i / histogramBins) + high * (i / histogramBins)
  const bins = Array.from({ length: histogramBins }, (_, i) => ({ from: edge(i), to: edge(i + 1), count: 0 }))
  for (const value of values) {
    const bin = bins[Math.min(histogramBins - 1, Math.floor(value / width - low / width))]
    if (bin) bin.count++
  }
  return bins
}

/** The mean of values with its interval; null for none. */
function meanOf(series: Series): MeanWithInterval | null {
  const { values } = series
  if (values.length === 0) return null
  const { min, max } = rangeOf(values)
  return { mean: centerOf(values).mean, interval95: meanInterval(series, rangeFor(min, max)) }
}

/** The range that values are taken to have: 0 to 1; none where one of them lies outside. */
const rangeFor = (min: number, max: number): ValueRange | null => (min >= 0 && max <= 1 ? [0, 1] : null)

function distribution(name: string, series: Series): Distribution | null {
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
    interval95: meanInterval(series, rangeFor(min, max)),
    bins: histogram(values),
  }
}

/** C(n, k) / C(m, k) without large numbers; 0 when n < k. */
function choose(n: number, m: number, k: number): number {
  if (n < k) return 0
  let share = 1
  for (let i = 0; i < k; i++) share *= (n - i) / (m - i)
  return share
}

/**
 * pass@k = 1 − C(n−c,k)/C(n,k) (Chen et al., arXiv 2107.03374) and pass^k = C(c,k)/C(n,k) (arXiv 2406.12045), averaged over the
 * examples that have all `rollouts` samples; k = 1, 2, 4 … ≤ rollouts, as verifiers computes them. Empty for one rollout per example.
 */
export function passCurves(
  rewardsByExample: Iterable<readonly number[]>,
  rollouts: number,
  threshold = passThreshold,
): RunStatistics["pass_at_k"] {
  if (rollouts < 2) return []
  const complete = [...rewardsByExample].filter((rewards) => rewards.length >= rollouts)
  if (complete.length === 0) return []
  const curves: RunStatistics["pass_at_k"] = []
  for (let k = 1; k <= rollouts; k *= 2) {
    let any = 0
    let every = 0
    for (const rewards of complete) {
      const passed = rewards.filter((reward) => reward >= threshold).length
      any += 1 - choose(rewards.length - passed, rewards.length, k)
      every += choose(passed, rewards.length, k)
    }
    curves.push({ k, pass_at: any / complete.length, pass_all: every / complete.length })
  }
  return curves
}

interface Example {
  example_id: string
  count: number
  errored: number
  rewards: number[]
}

/** Everything that the run page shows about the samples stored so far. Platform, page and client-side fall-back use this one function. */
export function runStatistics(evaluationId: string, samples: readonly ScoredSample[], rollouts: number): RunStatistics {
  return statisticsOfScores(
    evaluationId,
    {
      exampleIds: samples.map((sample) => sample.example_id),
      rewards: Float64Array.from(samples, ({ reward }) => reward ?? Number.NaN),
      metrics: samples.map((sample) => sample.metrics),
      outcomes: samples.map(({ errored, truncated }) => (errored ? "error" : truncated ? "truncated" : "ok")),
      durations: Float64Array.from(samples, ({ duration_ms }) => duration_ms ?? Number.NaN),
    },
    rollouts,
  )
}

/** The same of samples in columns. */
export function statisticsOfScores(evaluationId: string, scores: ScoreColumns, rollouts: number): RunStatistics {
  const rewards: Column = { values: [], examples: [] }
  const metrics = new Map<string, Column>()
  const texts = new Set<string>()
  const numbers = new Map<string, number>()
  const examples: Example[] = []
  const numberOf = new Array<number>(scores.exampleIds.length)
  const durations: number[] = []
  let number = 0
  let example: Example | undefined
  let errored = 0
  let truncated = 0
  for (let i = 0; i < scores.exampleIds.length; i++) {
    const id = scores.exampleIds[i] as string
    if (example?.example_id !== id) {
      const known = numbers.get(id)
      number = known ?? examples.length
      if (known === undefined) {
        numbers.set(id, number)
        examples.push({ example_id: id, count: 0, errored: 0, rewards: [] })
      }
      example = examples[number] as Example
    }
    const reward = scores.rewards[i] as number
    const outcome = scores.outcomes[i]
    example.count++
    if (outcome === "error") {
      example.errored++
      errored++
    }
    numberOf[i] = number
    if (outcome === "truncated") truncated++
    const duration = scores.durations[i] as number
    if (Number.isFinite(duration)) durations.push(duration)
    if (!Number.isNaN(reward)) {
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
  const reward = distribution("reward", rewards)
  /** The mean of what a value is made of each sample's outcome and reward; NaN is left out. */
  const meanBy = (value: (outcome: RolloutOutcome, reward: number) => number): MeanWithInterval | null => {
    const column: Column = { values: [], examples: [] }
    for (let i = 0; i < numberOf.length; i++) {
      const one = value(scores.outcomes[i] as RolloutOutcome, scores.rewards[i] as number)
      if (Number.isNaN(one)) continue
      column.values.push(one)
      column.examples.push(numberOf[i] as number)
    }
    return meanOf(column)
  }
  /** The mean of rewards, with another value for those of errors; without errors all such means are the same. */
  const rewardMean = (ofError: number): MeanWithInterval | null =>
    errored === 0
      ? reward && { mean: reward.mean, interval95: reward.interval95 }
      : meanBy((outcome, one) => (outcome === "error" ? ofError : one))
  const scored = rewardMean(Number.NaN)
  return {
    evaluation_id: evaluationId,
    samples: scores.exampleIds.length,
    examples: examples.length,
    errored,
    truncated,
    reward,
    median_duration_ms: durations.length > 0 ? quantile(durations, 0.5) : null,
    reward_without_errors: scored?.mean ?? null,
    reward_scored: scored,
    reward_errors_as_zero: rewardMean(0),
    error_rate: meanBy((outcome) => Number(outcome === "error")),
    metrics: [...metrics].map(([name, values]) => distribution(name, values)).filter((d) => d !== null),
    text_metrics: [...texts].filter((name) => !metrics.has(name)),
    pass_at_k: passCurves(
      examples.map((example) => example.rewards),
      rollouts,
    ),
    pass_threshold: passThreshold,
    by_example: examples.slice(0, examplesListedMax).map(({ rewards: own, ...example }) => ({
      ...example,
      mean: mean(own),
      std: own.length > 1 ? standardDeviation(own) : null,
    })),
    example_groups: groupsOf(examples),
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
