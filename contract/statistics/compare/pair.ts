import { sumByCluster } from "../clusters.ts"
import { type DifferenceClusters, type PairedDifference, pairedDifference, verdictOf } from "../pairs.ts"
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
  const differences = differencesIn(at)
  const found = countAt(aligned, first, second, at)
  const proof =
    provenInOrder(aligned, first, second, at, error) ??
    provenApart(aligned, first, second, differences.length, error) ??
    provenAtOnce(aligned, first, second, at, found)
  const { paired, test, p_value, left } = proof
  const { verdict, more_examples } =
    paired && proof.holds ? verdictOf(paired, margin) : { verdict: "cannot_tell" as const, more_examples: null }
  return {
    ...found,
    examples: differences.length,
    difference: paired?.difference ?? differences[0] ?? null,
    interval95: paired?.interval95 ?? null,
    verdict,
    more_examples: more_examples === null || left === null ? null : Math.min(more_examples, left),
    test,
    p_value,
  }
}

/** Examples by how the second run did beside the first. */
function countAt({ has }: AlignedExamples, first: number, second: number, at: Float64Array) {
  const found = { improved: 0, regressed: 0, equal: 0, cannot_compare: 0 }
  for (let i = 0; i < at.length; i++) {
    const difference = at[i] as number
    if (!Number.isNaN(difference)) found[difference > 0 ? "improved" : difference < 0 ? "regressed" : "equal"]++
    else if (has[first]?.[i] || has[second]?.[i]) found.cannot_compare++
  }
  return found
}

/** What the differences of two runs prove, and by which test. */
interface Proof {
  /** Null for fewer than two differences. */
  paired: PairedDifference | null
  test: ComparedPair["test"]
  p_value: number
  /** False where a run chose when to stop, and the limits are right for one look only. */
  holds: boolean
  /** How many more examples could be asked at most; null where it is not known how much narrower they would make the interval. */
  left: number | null
}

/** By the random order of a run that chose when to stop; null where there is none for both, or the range of differences is not known. */
function provenInOrder(aligned: AlignedExamples, first: number, second: number, at: Float64Array, error?: number): Proof | null {
  const [span, draw] = [spanOf(aligned, first, second), drawOfPair(aligned, first, second)]
  if (span === null || !draw) return null
  const { places, of } = draw
  const inOrder = places.map((place) => at[place] as number)
  const drawn = drawnOf(inOrder, of)
  const range = [-span, span] as const
  const interval95 = drawnInterval(drawn, range, error)
  const paired = pairedDifference(differencesIn(at), span, clustersOfDifferences(aligned, at))
  if (!interval95 || !paired) return null
  const left = Math.max(1, of - places.length)
  return { paired: { ...paired, interval95 }, test: "betting", p_value: sequencePValue(drawn, range, 0), holds: true, left }
}

/** Of two runs that both chose when to stop, each by an order of its own; null for any others, and where a range is not known. */
function provenApart(
  { draws, means, ranges }: AlignedExamples,
  first: number,
  second: number,
  examples: number,
  error?: number,
): Proof | null {
  const [one, other] = [first, second].map((run) => {
    const [draw, range] = [draws[run], ranges[run]]
    if (!draw || !range) return null
    const inOrder = draw.places.map((place) => (means[run] as Float64Array)[place] as number)
    return { drawn: drawnOf(inOrder, draw.of), range }
  })
  const apart = one && other ? differenceApart(one, other, error) : null
  if (!apart) return null
  const { p_value, ...difference } = apart
  return { paired: { examples, ...difference }, test: "betting_apart", p_value, holds: true, left: null }
}

/** By one look at all of them. */
function provenAtOnce(aligned: AlignedExamples, first: number, second: number, at: Float64Array, found: ReturnType<typeof countAt>): Proof {
  const differences = differencesIn(at)
  const clusters = clustersOfDifferences(aligned, at)
  const isOne = (run: number) =>
    aligned.isBinary[run] === true && at.every((difference, i) => Number.isNaN(difference) || aligned.counts[run]?.[i] === 1)
  return {
    paired: pairedDifference(differences, spanOf(aligned, first, second), clusters),
    ...(!clusters && isOne(first) && isOne(second)
      ? { test: "mcnemar", p_value: mcnemarExact(found.improved, found.regressed) }
      : { test: "sign_flip", p_value: signFlipTest(clusters ? sumByCluster(differences, clusters.numbers, clusters.count) : differences) }),
    holds: !aligned.draws[first] && !aligned.draws[second],
    left: Number.POSITIVE_INFINITY,
  }
}

/** The differences that there are. */
const differencesIn = (at: Float64Array): Float64Array => at.filter((difference) => !Number.isNaN(difference))

/** The clusters of the differences that there are. */
function clustersOfDifferences({ clusters }: AlignedExamples, at: Float64Array): DifferenceClusters | null {
  return clusters && { numbers: clusters.numbers.filter((_, i) => !Number.isNaN(at[i])), count: clusters.count }
}

/** Values in a random order, one for each example; NaN where it has none. */
const drawnOf = (inOrder: readonly number[], of: number): DrawnValues => ({
  sums: inOrder.map((value) => (Number.isNaN(value) ? 0 : value)),
  sizes: inOrder.map((value) => Number(!Number.isNaN(value))),
  most: 1,
  of,
})
