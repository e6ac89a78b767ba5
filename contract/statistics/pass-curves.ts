import { unitInterval } from "./interval.ts"
import { passThreshold } from "./pass-threshold.ts"
import type { Interval95, PassPoint } from "./run-statistics.ts"
import { drawnInterval } from "./settled/drawn-interval.ts"

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
 * @param of where examples come in the order in which a run drew them that chose when to stop: how many there were to draw. The intervals are then
 *   those of `ratioSequence`
 */
export function passCurves(
  rewardsByExample: readonly (readonly number[])[],
  threshold = passThreshold,
  of: number | null = null,
): PassPoint[] {
  const tallies = tallied(rewardsByExample, threshold)
  const most = tallies.reduce((max, { rewards }) => Math.max(max, rewards), 0)
  if (most < 2) return []
  const drawn = of === null ? null : { of, tallies: rewardsByExample.map((rewards) => tallyOf(rewards, threshold)) }
  const points: PassPoint[] = []
  for (let k = 1; k <= most; k = k < everyKUpTo ? k + 1 : k * 2) {
    const counted = tallies.filter(({ rewards }) => rewards >= k)
    const average = (value: (tally: Tally) => number) => {
      const found = averageOf(counted, value)
      return drawn ? { ...found, interval95: intervalAsDrawn(drawn, k, value) } : found
    }
    const any = average(({ rewards, passed }) => 1 - choose(rewards - passed, rewards, k))
    const every = average(({ rewards, passed }) => choose(passed, rewards, k))
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

function tallyOf(rewards: readonly number[], threshold: number): Tally {
  let passed = 0
  for (const reward of rewards) if (reward >= threshold) passed++
  return { rewards: rewards.length, passed, examples: 1 }
}

function tallied(rewardsByExample: Iterable<readonly number[]>, threshold: number): Tally[] {
  const tallies = new Map<number, Tally>()
  for (const own of rewardsByExample) {
    const tally = tallyOf(own, threshold)
    const { rewards, passed } = tally
    // Cantor's pairing: a number for each pair.
    const key = ((rewards + passed) * (rewards + passed + 1)) / 2 + passed
    const known = tallies.get(key)
    if (known) known.examples++
    else tallies.set(key, tally)
  }
  return [...tallies.values()]
}

/** The interval of a value over the examples that count for k, one by one in the order in which they were drawn. */
function intervalAsDrawn(
  { of, tallies }: { of: number; tallies: readonly Tally[] },
  k: number,
  value: (tally: Tally) => number,
): Interval95 | null {
  const counts = (tally: Tally) => tally.rewards >= k
  const sums = tallies.map((tally) => (counts(tally) ? value(tally) : 0))
  return drawnInterval({ sums, sizes: tallies.map((tally) => Number(counts(tally))), most: 1, of }, [0, 1])
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
