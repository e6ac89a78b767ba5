import { sumByCluster } from "../clusters.ts"
import { type DifferenceClusters, pairedDifference, verdictOf } from "../pairs.ts"
import type { Interval95 } from "../run-statistics.ts"
import { type DrawnValues, sequencePValue } from "../settled/confidence-sequence.ts"
import { drawnInterval } from "../settled/drawn-interval.ts"
import { mcnemarExact } from "../tests.ts"
import { differenceApart } from "./drawn-apart.ts"
import { type AlignedExamples, type DrawnPlaces, differencesAt } from "./examples.ts"
import { signFlipTest } from "./sign-flip.ts"

export interface ComparedPair {
  /** How many examples both runs have a reward for. */
  examples: number
  /** Second less first, the mean over these examples; null for none. Of two runs that chose by orders of their own, over what each has drawn. */
  difference: number | null
  interval95: Interval95 | null
  verdict: "better" | "worse" | "equivalent" | "cannot_tell"
  /** How many more examples would tell; null where that is not known, or none are needed. */
  more_examples: number | null
  improved: number
  regressed: number
  equal: number
  /** Examples of either run for which one of them has no reward. */
  cannot_compare: number
  /** Which test `p_value` is of. */
  test: "mcnemar" | "sign_flip" | "betting" | "betting_apart"
  p_value: number
}

/** The largest difference that an example of two runs could have; null where the range of their rewards is not known. */
export function spanOf({ ranges }: AlignedExamples, first: number, second: number): number | null {
  const [one, other] = [ranges[first], ranges[second]]
  return one && other ? Math.max(one[1], other[1]) - Math.min(one[0], other[0]) : null
}

/**
 * The random order by which the differences of two runs are a sequence: that of the one that chose when to stop; of both, if they drew from the same
 * examples in the same order, which ends with the shorter one. Null where neither chose, or each by an order of its own.
 */
export function drawOfPair({ draws }: AlignedExamples, first: number, second: number): DrawnPlaces | null {
  const [one, other] = [draws[first] ?? null, draws[second] ?? null]
  if (!one || !other) return one ?? other
  const [short, long] = one.places.length <= other.places.length ? [one, other] : [other, one]
  return short.of === long.of && short.places.every((place, i) => place === long.places[i]) ? short : null
}

/**
 * The second run beside the first, over the examples that both have. The verdict is the interval's (`verdictOf`). The p-value asks the same
 * question: McNemar's exact test where each of these examples has one rollout with 0 or 1 in both runs, the sign-flip test else. Where examples belong
 * together, the sums over these groups are tested by their signs, as examples of a group need not have theirs by themselves.
 *
 * Where a run chose when to stop, differences came in its random order, and interval and p-value are those of a confidence sequence
 * (`ratioSequence`): of the mean difference over all examples that it would have asked and the other run has, right whenever it stopped. Where both chose, each
 * by an order of its own, they are those of `differenceApart`. In an unknown range there is nothing that is right then, and no verdict.
 * @param margin means that differ by less than this count as equivalent; 0 for none
 * @param error how often the limits of that sequence may be wrong, where that is not 5 %
 */
export function comparePair(aligned: AlignedExamples, first: number, second: number, margin = 0, error?: number): ComparedPair {
  const at = differencesAt(aligned, first, second)
  const has = [aligned.has[first], aligned.has[second]] as [Uint8Array, Uint8Array]
  const counts = [aligned.counts[first], aligned.counts[second]] as [Float64Array, Float64Array]
  const differences = at.filter((difference) => !Number.isNaN(difference))
  const clusters = clustersOfDifferences(aligned, at)
  const found = { improved: 0, regressed: 0, equal: 0, cannot_compare: 0 }
  let isSingle = aligned.isBinary[first] === true && aligned.isBinary[second] === true
  for (let i = 0; i < at.length; i++) {
    const difference = at[i] as number
    if (Number.isNaN(difference)) {
      if (has[0][i] || has[1][i]) found.cannot_compare++
      continue
    }
    found[difference > 0 ? "improved" : difference < 0 ? "regressed" : "equal"]++
    isSingle &&= counts[0][i] === 1 && counts[1][i] === 1
  }
  const span = spanOf(aligned, first, second)
  const paired = pairedDifference(differences, span, clusters)
  const sequence = paired && span !== null ? sequenceOf(at, drawOfPair(aligned, first, second), span, error) : null
  const apart = sequence ? null : apartOf(aligned, first, second, error)
  const proven = apart
    ? { examples: differences.length, difference: apart.difference, interval95: apart.interval95 }
    : paired && sequence
      ? { ...paired, interval95: sequence.interval95 }
      : paired
  const isOneLook = !sequence && !apart && [first, second].some((run) => aligned.draws[run])
  const verdict = proven && !isOneLook ? verdictOf(proven, margin) : ({ verdict: "cannot_tell", more_examples: null } as const)
  return {
    ...found,
    examples: differences.length,
    difference: proven?.difference ?? differences[0] ?? null,
    interval95: proven?.interval95 ?? null,
    ...verdict,
    // With all examples there is nothing left to be uncertain about.
    ...(sequence && verdict.more_examples !== null ? { more_examples: Math.min(verdict.more_examples, sequence.left) } : {}),
    // How much narrower two sequences of their own would become is not known.
    ...(apart ? { more_examples: null } : {}),
    ...(sequence
      ? { test: "betting", p_value: sequence.p_value }
      : apart
        ? { test: "betting_apart", p_value: apart.p_value }
        : isSingle && !clusters
          ? { test: "mcnemar", p_value: mcnemarExact(found.improved, found.regressed) }
          : {
              test: "sign_flip",
              p_value: signFlipTest(clusters ? sumByCluster(differences, clusters.numbers, clusters.count) : differences),
            }),
  }
}

/** The clusters of the differences that there are. */
function clustersOfDifferences({ clusters }: AlignedExamples, at: Float64Array): DifferenceClusters | null {
  return clusters && { numbers: clusters.numbers.filter((_, i) => !Number.isNaN(at[i])), count: clusters.count }
}

/** The difference of two runs that both chose when to stop, by orders of their own; null for any others, and where a range is not known. */
function apartOf({ draws, means, ranges }: AlignedExamples, first: number, second: number, error?: number) {
  const [one, other] = [first, second].map((run) => {
    const [draw, range] = [draws[run], ranges[run]]
    if (!draw || !range) return null
    const inOrder = draw.places.map((place) => (means[run] as Float64Array)[place] as number)
    return { drawn: drawnOf(inOrder, draw.of), range }
  })
  return one && other ? differenceApart(one, other, error) : null
}

/** Values in a random order, one for each example; NaN where it has none. */
const drawnOf = (inOrder: readonly number[], of: number): DrawnValues => ({
  sums: inOrder.map((value) => (Number.isNaN(value) ? 0 : value)),
  sizes: inOrder.map((value) => Number(!Number.isNaN(value))),
  most: 1,
  of,
})

/** What differences in a random order prove, and how many examples it has left. @param at the difference at each place; NaN where there is none */
function sequenceOf(at: Float64Array, draw: DrawnPlaces | null, span: number, error?: number) {
  if (!draw) return null
  const { places, of } = draw
  const drawn = drawnOf(
    places.map((place) => at[place] as number),
    of,
  )
  const range = [-span, span] as const
  const interval95 = drawnInterval(drawn, range, error)
  return interval95 && { interval95, p_value: sequencePValue(drawn, range, 0), left: Math.max(1, of - places.length) }
}
