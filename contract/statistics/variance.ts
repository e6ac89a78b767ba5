import { type Clusters, clustersOf, halfWidth, type Series, type ValueRange } from "./interval.ts"
import type { VarianceSplit } from "./run-statistics.ts"
import { finite, squaringUnit } from "./spread.ts"

/**
 * How much of the variance of rewards lies between examples and how much between the rollouts of one, and what more of either would do for the
 * interval of the mean. Null for fewer than two examples.
 *
 * Split. The estimates of the one-way random-effects analysis of variance with groups of unequal sizes (Searle, Casella and McCulloch, "Variance
 * Components", 1992, section 3.6): with K examples of n_i rewards, N in all, MSW = Σ_ij (x_ij − x̄_i)² / (N − K),
 * MSB = Σ_i n_i (x̄_i − x̄)² / (K − 1) and n₀ = (N − Σ n_i² / N) / (K − 1), within = MSW and between = max(0, (MSB − MSW) / n₀). The intraclass
 * correlation is between / (between + within) (Donner 1986). Without an example that has two rewards the two cannot be told apart: all are null.
 *
 * What more buys. The mean varies by between · Σ n_i² / N² + within / N (Miller, arXiv 2411.00640, section 3.1). Twice the examples halve it;
 * twice the rollouts of each halve its second part alone. The half widths are those of the run's own interval with its clusters scaled so.
 */
export function varianceSplit(series: Series, range: ValueRange | null): VarianceSplit | null {
  const unit = range === null ? squaringUnit(series.values) : 1
  const [low, width] = range === null ? [0, unit] : [range[0], range[1] - range[0]]
  const clusters = clustersOf(series, low, width)
  if (!clusters) return null
  const split = components(series, low, width)
  const half = (changed: Partial<Clusters>) => finite(halfWidth({ ...clusters, ...changed }, range !== null) * width)
  const { count, size, squares } = clusters
  return {
    between_examples: split && finite(split.between * width * width),
    within_examples: split && finite(split.within * width * width),
    icc: split && (split.between + split.within > 0 ? split.between / (split.between + split.within) : null),
    half_width: half({}),
    half_width_twice_examples: half({ count: count * 2, size: size * 2, squares: squares * 2 }),
    half_width_twice_rollouts: split && half({ squares: squares * split.leftOfTwiceRollouts }),
  }
}

interface Components {
  between: number
  within: number
  /** The share of the mean's variance that twice the rollouts of each example would leave. */
  leftOfTwiceRollouts: number
}

/** The components of (x − low) / width; null where every example has one value. */
function components({ values, examples }: Series, low: number, width: number): Components | null {
  const sums: number[] = []
  const sizes: number[] = []
  let total = 0
  for (let i = 0; i < values.length; i++) {
    const value = ((values[i] as number) - low) / width
    const example = examples[i] as number
    sums[example] = (sums[example] ?? 0) + value
    sizes[example] = (sizes[example] ?? 0) + 1
    total += value
  }
  const count = values.length
  const mean = total / count
  let groups = 0
  let sizeSquares = 0
  let squaresBetween = 0
  sizes.forEach((size, example) => {
    groups++
    sizeSquares += size * size
    squaresBetween += size * ((sums[example] as number) / size - mean) ** 2
  })
  if (groups < 2 || count === groups) return null
  let squaresWithin = 0
  for (let i = 0; i < count; i++) {
    const example = examples[i] as number
    squaresWithin += (((values[i] as number) - low) / width - (sums[example] as number) / (sizes[example] as number)) ** 2
  }
  const within = squaresWithin / (count - groups)
  const meanSize = (count - sizeSquares / count) / (groups - 1)
  const between = Math.max(0, (squaresBetween / (groups - 1) - within) / meanSize)
  const ofExamples = (between * sizeSquares) / (count * count)
  const ofRollouts = within / count
  const now = ofExamples + ofRollouts
  return { between, within, leftOfTwiceRollouts: now > 0 ? (ofExamples + ofRollouts / 2) / now : 1 }
}
