import { pearson } from "../statistics/agreement.ts"
import { betaCdf } from "../statistics/special.ts"
import { mean, rangeOf, standardDeviation } from "../statistics/spread.ts"
import { formatScore } from "../text/score-text.ts"

/** What a rollout without an error was given: its reward under that name, and its metrics. */
export interface Measured {
  example_id: string
  values: Record<string, number>
}

/** Two metrics that part in some rollouts. */
export interface Parted<Row> {
  name: string
  rows: Row[]
}

/** From this correlation on two metrics say the same. */
const agreedFrom = 0.9
/** Fewer rollouts say nothing about how two metrics go together. */
const rowsMin = 30
/** Fewer examples that part are no pattern. */
const partedMin = 3
/** How likely it is that one clean run in all is listed, over all pairs of metrics. */
const errorAllowed = 0.005
const metricsMax = 20
const listedMax = 5

interface Line {
  mean: readonly [number, number]
  deviation: readonly [number, number]
}

type Pair = readonly [string, string]

/** The numbers of both metrics in rollouts that have them. */
function columnsOf(rows: readonly Measured[], [first, second]: Pair) {
  const having = rows.filter(({ values }) => first in values && second in values)
  return { having, xs: having.map(({ values }) => values[first] as number), ys: having.map(({ values }) => values[second] as number) }
}

const lineOf = ({ xs, ys }: Pick<ReturnType<typeof columnsOf>, "xs" | "ys">): Line => ({
  mean: [mean(xs) ?? 0, mean(ys) ?? 0],
  deviation: [standardDeviation(xs), standardDeviation(ys)],
})

/** Whether a rollout lies off the line by more than a standard deviation. */
const isOff = ({ mean: [mx, my], deviation: [dx, dy] }: Line, x: number, y: number): boolean => Math.abs((x - mx) / dx - (y - my) / dy) > 1

const examplesIn = (rows: readonly Measured[]): number => new Set(rows.map(({ example_id }) => example_id)).size

/**
 * Pairs of metrics that went together in earlier runs of an environment and part in this one: they had a correlation above 0.9 in every earlier run in which
 * both vary, and here it is not, or one of them does not vary any more.
 *
 * Rollouts part where the metrics, each in its own standard deviations from its own mean in earlier runs, are more than one apart. By examples, k of n part
 * here and K of N did before: listed where that many would have a chance of at most 0.5 % over all pairs of metrics, were both equally likely to (of k + K
 * events, k or more in a share n / (n + N): the conditional test of two Poisson rates, Przyborowski and Wilenski 1940). A correlation alone would fall as soon
 * as nearly all rollouts pass. Pairs that part in the same rollouts are listed once.
 * @param earlier the rollouts of each earlier run
 * @param named pairs of which the author says that they agree: of these none needs earlier runs
 */
export function partedMetrics<Row extends Measured>(
  rows: readonly Row[],
  earlier: readonly (readonly Measured[])[],
  named: readonly Pair[] = [],
): Parted<Row>[] {
  const names = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))].sort().slice(0, metricsMax)
  const pairs = names.flatMap((first, i) => names.slice(i + 1).map((second): Pair => [first, second]))
  const isNamed = ([first, second]: Pair) => named.some((pair) => pair.includes(first) && pair.includes(second))
  const found = pairs.flatMap((pair) =>
    isNamed(pair) ? partedAsNamed(rows, pair) : partedSince(rows, earlier, pair, errorAllowed / pairs.length),
  )
  const listed: Parted<Row>[] = []
  for (const one of found.sort((a, b) => b.rows.length - a.rows.length)) {
    const isKnown = listed.some((other) => commonRows(one, other) > one.rows.length / 2)
    if (!isKnown && listed.length < listedMax) listed.push(one)
  }
  return listed
}

function commonRows<Row>(one: Parted<Row>, other: Parted<Row>): number {
  const rows = new Set(other.rows)
  return one.rows.filter((row) => rows.has(row)).length
}

function partedSince<Row extends Measured>(
  rows: readonly Row[],
  earlier: readonly (readonly Measured[])[],
  pair: Pair,
  chance: number,
): Parted<Row>[] {
  const runs = earlier.flatMap((run) => {
    const columns = columnsOf(run, pair)
    const r = columns.having.length < rowsMin ? null : pearson(columns.xs, columns.ys)
    return r === null ? [] : [{ ...columns, r }]
  })
  const now = columnsOf(rows, pair)
  if (runs.length === 0 || runs.some(({ r }) => r <= agreedFrom) || now.having.length < rowsMin) return []
  const r = pearson(now.xs, now.ys)
  if (r !== null && r > agreedFrom) return []
  const before = { having: runs.flatMap((run) => run.having), xs: runs.flatMap((run) => run.xs), ys: runs.flatMap((run) => run.ys) }
  const line = lineOf(before)
  const off = ({ having, xs, ys }: { having: readonly Measured[]; xs: number[]; ys: number[] }) =>
    having.filter((_, i) => isOff(line, xs[i] as number, ys[i] as number))
  const parted = off(now) as Row[]
  const [here, there] = [examplesIn(parted), examplesIn(off(before))]
  const share = examplesIn(now.having) / (examplesIn(now.having) + runs.reduce((sum, run) => sum + examplesIn(run.having), 0))
  if (here < partedMin || betaCdf(share, here, there + 1) > chance) return []
  const usual = formatScore(Math.min(...runs.map((run) => run.r)))
  const count = runs.length === 1 ? "an earlier run" : `${runs.length} earlier runs`
  return [{ name: `have ${pair[0]} and ${pair[1]} part, which agreed in ${count} (r ${usual}${rText(r, ", now ")})`, rows: parted }]
}

/** By the author's word: they part where the run's own ranges of both do not agree by half. */
function partedAsNamed<Row extends Measured>(rows: readonly Row[], pair: Pair): Parted<Row>[] {
  const { having, xs, ys } = columnsOf(rows, pair)
  const r = pearson(xs, ys)
  if (having.length < rowsMin || (r !== null && r > agreedFrom)) return []
  const within = (values: number[]) => {
    const { min, max } = rangeOf(values)
    return (value: number) => (value - min) / (max - min || 1)
  }
  const [first, second] = [within(xs), within(ys)]
  const parted = having.filter((_, i) => Math.abs(first(xs[i] as number) - second(ys[i] as number)) > 0.5)
  if (examplesIn(parted) < partedMin) return []
  return [{ name: `have ${pair[0]} and ${pair[1]} part, which the author says agree${rText(r, " (r ", ")")}`, rows: parted as Row[] }]
}

const rText = (r: number | null, before: string, after = ""): string =>
  r === null ? "" : `${before}${formatScore(Number(r.toFixed(2)))}${after}`
