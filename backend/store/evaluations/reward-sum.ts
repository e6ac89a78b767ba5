/** A sum of rewards as a run's row keeps it: in units of 2 to the power of the exponent, since a sum may be beyond the largest double. */
export interface RewardSum {
  rewardSum: number
  rewardExponent: number
}

/** Room for more samples than there can be. */
export const sumExponent = 64

/** A sum with further rewards. */
export function sumWith({ rewardSum, rewardExponent }: RewardSum, rewards: readonly number[]): RewardSum {
  let sum = rewardSum
  let exponent = rewardExponent
  for (const reward of rewards) {
    const next = sum + reward * 2 ** -exponent
    if (!Number.isFinite(next)) {
      sum = sum * 2 ** -sumExponent
      exponent += sumExponent
    }
    sum += reward * 2 ** -exponent
  }
  return { rewardSum: sum, rewardExponent: exponent }
}

/** A sum that was made of decimals. */
export function sumOf(decimal: string): RewardSum {
  const rewardSum = Number(decimal)
  if (Number.isFinite(rewardSum)) return { rewardSum, rewardExponent: 0 }
  const whole = BigInt(decimal.split(".")[0] as string)
  return { rewardSum: Number(whole >> BigInt(sumExponent)), rewardExponent: sumExponent }
}

/**
 * A sum that Postgres can divide by the number of its rewards, as it does to have runs in the order of their means: it refuses what is too
 * small for a double.
 */
export const dividable = (sum: RewardSum, count: number): RewardSum => (sum.rewardSum / count === 0 ? { ...sum, rewardSum: 0 } : sum)

/** The mean of a sum of `count` rewards. */
export function meanOfSum({ rewardSum, rewardExponent }: RewardSum, count: number): number {
  const mean = (rewardSum / count) * 2 ** rewardExponent
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, mean))
}
