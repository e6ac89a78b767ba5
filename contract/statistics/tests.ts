import { betaCdf, normalTail } from "./special.ts"

/**
 * McNemar's exact test of two runs with one 0/1 rollout of each example: the two-sided p-value of `gained` examples that only the second
 * run passes and `lost` that only the first does, 2 · P(X ≤ min), X binomial with ½ (McNemar 1947). Assumes independent examples.
 */
export function mcnemarExact(gained: number, lost: number): number {
  const [least, count] = [Math.min(gained, lost), gained + lost]
  if (least * 2 === count) return 1
  return Math.min(1, 2 * betaCdf(0.5, count - least, least + 1))
}

/** Up to so many differences the distribution is counted out. */
const countedMax = 50

/**
 * Wilcoxon's signed-rank test of paired differences, one an example: the two-sided p-value that they are symmetric around 0 (Wilcoxon 1945).
 * Zeros are left out; ties have the mean of their ranks. Up to 50 differences the distribution over all signs is counted out, ties included;
 * beyond, it is the normal one with the correction of its variance for ties and none for continuity. 1 where every difference is 0.
 */
export function wilcoxonSignedRank(differences: Iterable<number>): number {
  const sorted = [...differences].filter((one) => one !== 0).sort((a, b) => Math.abs(a) - Math.abs(b))
  const count = sorted.length
  if (count === 0) return 1
  // Twice the ranks, which are whole numbers with ties, too.
  const ranks = new Array<number>(count)
  let ties = 0
  let positive = 0
  for (let from = 0; from < count; ) {
    let to = from
    while (to < count && Math.abs(sorted[to] as number) === Math.abs(sorted[from] as number)) to++
    for (let i = from; i < to; i++) {
      ranks[i] = from + to + 1
      if ((sorted[i] as number) > 0) positive += from + to + 1
    }
    ties += (to - from) ** 3 - (to - from)
    from = to
  }
  const total = count * (count + 1)
  const least = Math.min(positive, total - positive)
  if (count <= countedMax) return Math.min(1, 2 * shareUpTo(ranks, least))
  const variance = (count * (count + 1) * (2 * count + 1)) / 24 - ties / 48
  return Math.min(1, 2 * normalTail((total / 2 - least) / 2 / Math.sqrt(variance)))
}

/** The share of all ways to choose some of the ranks in which their sum is at most `limit`. */
function shareUpTo(ranks: readonly number[], limit: number): number {
  const shares = new Float64Array(limit + 1)
  shares[0] = 1
  for (const rank of ranks)
    for (let sum = limit; sum >= 0; sum--) shares[sum] = ((shares[sum] as number) + (sum >= rank ? (shares[sum - rank] as number) : 0)) / 2
  return shares.reduce((sum, share) => sum + share, 0)
}

/** Holm's adjusted p-values in the order given: rejecting those of at most α keeps the chance of any false rejection at α (Holm 1979). */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number))
  const adjusted = new Array<number>(pValues.length)
  let largest = 0
  order.forEach((index, place) => {
    largest = Math.max(largest, Math.min(1, (pValues[index] as number) * (pValues.length - place)))
    adjusted[index] = largest
  })
  return adjusted
}
