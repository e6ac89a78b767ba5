/** A 2 × 2 table of two judges who each pass or fail the same things. */
export interface PassTable {
  bothPass: number
  bothFail: number
  onlyFirst: number
  onlySecond: number
}

/**
 * Cohen's kappa: (p_o − p_e) / (1 − p_e), p_o being the share that both judge alike and p_e the share that they would judge alike by chance, from how
 * often each of them passes (Cohen 1960). Null where chance alone would make them agree always, and for an empty table.
 */
export function cohensKappa({ bothPass, bothFail, onlyFirst, onlySecond }: PassTable): number | null {
  const count = bothPass + bothFail + onlyFirst + onlySecond
  const [first, second] = [(bothPass + onlyFirst) / count, (bothPass + onlySecond) / count]
  const byChance = first * second + (1 - first) * (1 - second)
  return count > 0 && byChance < 1 ? ((bothPass + bothFail) / count - byChance) / (1 - byChance) : null
}

/** Pearson's correlation of two lists of the same length; null where one of them never varies. */
export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const [xUnit, yUnit] = [largest(xs), largest(ys)]
  const [xMean, yMean] = [meanOf(xs, xUnit), meanOf(ys, yUnit)]
  let [xx, yy, xy] = [0, 0, 0]
  for (let i = 0; i < xs.length; i++) {
    const x = (xs[i] as number) / xUnit - xMean
    const y = (ys[i] as number) / yUnit - yMean
    xx += x * x
    yy += y * y
    xy += x * y
  }
  // Values that are all the same may leave the rest of a rounded mean.
  const noise = 1e-28 * xs.length
  return xx > noise && yy > noise ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null
}

/** Spearman's correlation: Pearson's of the ranks, equal values having the mean of theirs (Spearman 1904). */
export const spearman = (xs: readonly number[], ys: readonly number[]): number | null => pearson(ranks(xs), ranks(ys))

const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1

const meanOf = (values: readonly number[], unit: number): number => values.reduce((sum, value) => sum + value / unit, 0) / values.length

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number))
  const ranked = new Array<number>(values.length)
  for (let from = 0; from < order.length; ) {
    let to = from
    while (to < order.length && values[order[to] as number] === values[order[from] as number]) to++
    for (let i = from; i < to; i++) ranked[order[i] as number] = (from + to + 1) / 2
    from = to
  }
  return ranked
}
