import { pairedDifference, verdictOf } from "../pairs.ts"
import { randomBits } from "./random-bits.ts"

export interface CalledDifferent {
  draws: number
  /** In how many of them the verdict was better or worse. */
  called_different: number
}

const drawsMax = 1000
const drawsMin = 100
/** Differences that are looked at in all draws together, where there are not too many in a single one. */
const work = 2_000_000

/**
 * How often two runs of one configuration (A/A) would be called different: which of an example's two means belongs to which run is then
 * chance, so each difference gets a random sign, the verdict is asked for, and those that are better or worse are counted. It should be in
 * 5 % of all draws or fewer; the draws are always the same ones. Assumes, as the sign-flip test does, that both runs have as many rollouts
 * of an example, or that its rewards are spread evenly around their mean.
 * @param span the largest difference there could be; null if that is not known
 */
export function calledDifferent(differences: ArrayLike<number>, span: number | null): CalledDifferent {
  const draws = Math.max(drawsMin, Math.min(drawsMax, Math.floor(work / Math.max(1, differences.length))))
  const bits = randomBits()
  const drawn = new Float64Array(differences.length)
  let called = 0
  for (let draw = 0; draw < draws; draw++) {
    let word = 0
    for (let i = 0; i < drawn.length; i++) {
      word = i % 32 === 0 ? bits() : word >>> 1
      drawn[i] = word & 1 ? (differences[i] as number) : -(differences[i] as number)
    }
    const paired = pairedDifference(drawn, span)
    const verdict = paired && verdictOf(paired).verdict
    if (verdict === "better" || verdict === "worse") called++
  }
  return { draws, called_different: called }
}
