import type { Distribution, RunStatistics } from "./run-statistics.ts"

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

/** Values, each with the number of its example. */
interface Series {
  values: number[]
  examples: number[]
}

const histogramBins = 20
const examplesListedMax = 50
const exampleGroupsMax = 100
/** The library's default: a rollout passes when its reward is at least this. */
export const passThreshold = 0.5

/** Arithmetic mean; null for no values. */
/** What values are divided by before they are summed and squared: 1, unless that would exceed the largest double. */
function unitOf(values: readonly number[]): number {
  let largest = 0
  for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest > squaresSafely ? largest : 1
}

const squaresSafely = 1e150

const finite = (value: number): number => Math.min(value, Number.MAX_VALUE)

export function mean(values: readonly number[]): number | null {
  if (values.length === 0) return null
  const unit = unitOf(values)
  let sum = 0
  for (const value of values) sum += value / unit
  return (sum / values.length) * unit
}

/** Sample standard deviation (n − 1 in the denominator); 0 for fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const unit = unitOf(values)
  const center = (mean(values) as number) / unit
  let squares = 0
  for (const value of values) squares += (value / unit - center) ** 2
  return finite(Math.sqrt(squares / (values.length - 1)) * unit)
}

/** Quantile by linear interpolation between order statistics (R's type 7, NumPy's default). `sorted` ascends and is not empty. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = (sorted.length - 1) * q
  const below = Math.floor(position)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  const share = position - below
  // The distance of two doubles need not be one.
  return Number.isFinite(high - low) ? low + (high - low) * share : low * (1 - share) + high * share
}

/** Two-sided 97.5 % point of Student's t: exact table to 30 degrees of freedom, Cornish-Fisher expansion above (error < 0.001). */
export function tQuantile975(degrees: number): number {
  const table = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093,
    2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
  ]
  const exact = table[degrees - 1]
  if (exact !== undefined) return exact
  const z = 1.959964
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2)
}

/**
 * Half width of the 95 % interval of a mean whose samples come in clusters (rollouts of one example):
 * t(M−1) · sqrt( M/(M−1) · Σ_i (Σ_j (s_ij − s̄))² ) / N, with M examples and N samples
 * (Miller, "Adding Error Bars to Evals", arXiv 2411.00640, equation for clustered errors, with the usual small-sample factor).
 * Null for fewer than two examples.
 */
export function clusteredInterval95({ values, examples }: Series): number | null {
  const sums = new Map<number, number>()
  const unit = unitOf(values)
  const center = (mean(values) ?? 0) / unit
  for (let i = 0; i < values.length; i++) {
    const example = examples[i] as number
    sums.set(example, (sums.get(example) ?? 0) + ((values[i] as number) / unit - center))
  }
  const count = sums.size
  if (count < 2) return null
  let squares = 0
  for (const deviation of sums.values()) squares += deviation ** 2
  return finite(((tQuantile975(count - 1) * Math.sqrt((count / (count - 1)) * squares)) / values.length) * unit)
}

/** Equal-width bins from the smallest to the largest value; [0, 1] when all values lie in it, so that rewards of different runs look alike. */
export function histogram(values: readonly number[]): Distribution["bins"] {
  if (values.length === 0) return []
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
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

function distribution(name: string, series: Series): Distribution | null {
  const { values } = series
  if (values.length === 0) return null
  const sorted = Float64Array.from(values).sort()
  return {
    name,
    count: values.length,
    mean: mean(values) as number,
    std: standardDeviation(values),
    min: sorted[0] as number,
    p25: quantile(sorted, 0.25),
    median: quantile(sorted, 0.5),
    p75: quantile(sorted, 0.75),
    max: sorted[sorted.length - 1] as number,
    interval95: clusteredInterval95(series),
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
  const rewards: Series = { values: [], examples: [] }
  const metrics = new Map<string, Series>()
  const texts = new Set<string>()
  const numbers = new Map<string, number>()
  const examples: Example[] = []
  const withoutErrors: number[] = []
  const durations: number[] = []
  let errored = 0
  let truncated = 0
  for (const sample of samples) {
    let number = numbers.get(sample.example_id)
    if (number === undefined) {
      number = examples.length
      numbers.set(sample.example_id, number)
      examples.push({ example_id: sample.example_id, count: 0, errored: 0, rewards: [] })
    }
    const example = examples[number] as Example
    example.count++
    if (sample.errored) {
      example.errored++
      errored++
    } else if (sample.reward !== null) withoutErrors.push(sample.reward)
    if (sample.truncated) truncated++
    if (typeof sample.duration_ms === "number") durations.push(sample.duration_ms)
    if (sample.reward !== null) {
      example.rewards.push(sample.reward)
      rewards.values.push(sample.reward)
      rewards.examples.push(number)
    }
    for (const name in sample.metrics) {
      const value = sample.metrics[name]
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
  return {
    evaluation_id: evaluationId,
    samples: samples.length,
    examples: examples.length,
    errored,
    truncated,
    reward: distribution("reward", rewards),
    median_duration_ms: durations.length > 0 ? quantile(Float64Array.from(durations).sort(), 0.5) : null,
    reward_without_errors: mean(withoutErrors),
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
    groups.push({
      from: (group[0] as Example).example_id,
      to: (group.at(-1) as Example).example_id,
      examples: group.length,
      count: group.reduce((sum, example) => sum + example.count, 0),
      errored: group.reduce((sum, example) => sum + example.errored, 0),
      mean: mean(group.flatMap((example) => mean(example.rewards) ?? [])),
    })
  }
  return groups
}
