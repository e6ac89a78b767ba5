import { unitInterval } from "./interval.ts"
import { passThreshold } from "./pass-threshold.ts"
import type { PassPoint } from "./run-statistics.ts"

/** Every k up to here has its point; beyond, the powers of two have. */
const everyKUpTo = 64

/** C(n, k) / C(m, k) without large numbers; 0 when n < k. */
function choose(n: number, m: number, k: number): number {
  if (n < k) return 0
  let share = 1
  for (let i = 0; i < k; i++) share *= (n - i) / (m - i)
  return share
}

/**
 * pass@k = 1 − C(n−c,k)/C(n,k) (Chen et al., arXiv 2107.03374) and pass^k = C(c,k)/C(n,k) (Yao et al., arXiv 2406.12045) of an example with n
 * rewards, c of which are at least `threshold`, averaged over examples, with the 95 % interval of each average (`unitLimits`, an example
 * being a cluster of one value).
 *
 * An example counts for k when it has at least k rewards, so where some lack rollouts, points may speak of different examples: `examples` says
 * of how many. k runs from 1 to the most rewards of any example; above 64 it is the powers of two, up to which verifiers computes both and
 * agrees where every example has all of its rollouts. Empty where no example has two.
 */
export function passCurves(rewardsByExample: Iterable<readonly number[]>, threshold = passThreshold): PassPoint[] {
  const tallies = tallied(rewardsByExample, threshold)
  const most = tallies.reduce((max, { rewards }) => Math.max(max, rewards), 0)
  if (most < 2) return []
  const points: PassPoint[] = []
  for (let k = 1; k <= most; k = k < everyKUpTo ? k + 1 : k * 2) {
    const counted = tallies.filter(({ rewards }) => rewards >= k)
    const any = averageOf(counted, ({ rewards, passed }) => 1 - choose(rewards - passed, rewards, k))
    const every = averageOf(counted, ({ rewards, passed }) => choose(passed, rewards, k))
    points.push({
      k,
      pass_at: any.mean,
      pass_all: every.mean,
      examples: any.count,
      pass_at_interval95: any.interval95,
      pass_all_interval95: every.interval95,
    })
  }
  return points
}

/** How many examples have a number of rewards of which so many pass. Thousands of examples are a few of these. */
interface Tally {
  rewards: number
  passed: number
  examples: number
}

function tallied(rewardsByExample: Iterable<readonly number[]>, threshold: number): Tally[] {
  const tallies = new Map<number, Tally>()
  for (const rewards of rewardsByExample) {
    let passed = 0
    for (const reward of rewards) if (reward >= threshold) passed++
    // Cantor's pairing: a number for each pair.
    const key = ((rewards.length + passed) * (rewards.length + passed + 1)) / 2 + passed
    const known = tallies.get(key)
    if (known) known.examples++
    else tallies.set(key, { rewards: rewards.length, passed, examples: 1 })
  }
  return [...tallies.values()]
}

/** The mean of a value in [0, 1] over examples, each a cluster of one, and its interval. */
function averageOf(tallies: readonly Tally[], value: (tally: Tally) => number) {
  let count = 0
  let sum = 0
  for (const tally of tallies) {
    count += tally.examples
    sum += tally.examples * value(tally)
  }
  const mean = Math.min(1, sum / count)
  const squares = tallies.reduce((all, tally) => all + tally.examples * (value(tally) - mean) ** 2, 0)
  return { count, mean, interval95: count < 2 ? null : unitInterval({ count, mean, size: count, squares }) }
}
