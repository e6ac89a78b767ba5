import { pairedDifference, verdictOf } from "../pairs.ts"
import type { Interval95 } from "../run-statistics.ts"
import { mcnemarExact } from "../tests.ts"
import { type AlignedExamples, differencesAt } from "./examples.ts"
import { signFlipTest } from "./sign-flip.ts"

export interface ComparedPair {
  /** How many examples both runs have a reward for. */
  examples: number
  /** Second less first, the mean over these examples; null for none. */
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
  test: "mcnemar" | "sign_flip"
  p_value: number
}

/** The largest difference that an example of two runs could have; null where the range of their rewards is not known. */
export function spanOf({ ranges }: AlignedExamples, first: number, second: number): number | null {
  const [one, other] = [ranges[first], ranges[second]]
  return one && other ? Math.max(one[1], other[1]) - Math.min(one[0], other[0]) : null
}

/**
 * The second run beside the first, over the examples that both have. The verdict is the interval's (`verdictOf`). The p-value asks the same
 * question: McNemar's exact test where each of these examples has one rollout with 0 or 1 in both runs, the sign-flip test else.
 * @param margin means that differ by less than this count as equivalent; 0 for none
 */
export function comparePair(aligned: AlignedExamples, first: number, second: number, margin = 0): ComparedPair {
  const at = differencesAt(aligned, first, second)
  const has = [aligned.has[first], aligned.has[second]] as [Uint8Array, Uint8Array]
  const counts = [aligned.counts[first], aligned.counts[second]] as [Float64Array, Float64Array]
  const differences = at.filter((difference) => !Number.isNaN(difference))
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
  const paired = pairedDifference(differences, spanOf(aligned, first, second))
  return {
    ...found,
    examples: differences.length,
    difference: paired?.difference ?? differences[0] ?? null,
    interval95: paired?.interval95 ?? null,
    ...(paired ? verdictOf(paired, margin) : { verdict: "cannot_tell", more_examples: null }),
    ...(isSingle
      ? { test: "mcnemar", p_value: mcnemarExact(found.improved, found.regressed) }
      : { test: "sign_flip", p_value: signFlipTest(differences) }),
  }
}
