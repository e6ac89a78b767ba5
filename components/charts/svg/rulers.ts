import { verdictText } from "@/contract/compare/words.ts"
import type { Interval95 } from "@/contract/index.ts"
import { formatDifference, formatDifferences } from "@/contract/text/score-text.ts"
import { formatInterval, formatScore, metricLabel } from "@/lib/format.ts"
import { axisOf } from "../axis.ts"
import { differenceReach } from "../difference-ruler.tsx"
import { rewardShare, type Scale } from "../reward-colour.ts"
import type { Chart, ChartTable } from "./charts.ts"
import { type Drawing, element, line, mono, short, text, width } from "./draw.ts"
import { palette, rewardHex } from "./palette.ts"

type Metrics = Extract<Chart, { kind: "metrics" }>
type Comparison = Extract<Chart, { kind: "comparison" }>

const nameWidth = 180
const numbersWidth = 120
const axisWidth = width - nameWidth - numbersWidth - 24
const rowHeight = 36

interface Ruler {
  name: string
  note: string
  value: string
  range: string
  /** Places on the axis, 0 to 1; no mark without a mean. */
  mean: number | null
  low: number | null
  high: number | null
  baseline: number | null
  colour: string
}

/** A mean on its axis: the 95 % interval as a bar, the mean as a dot, a baseline as a tick. */
function rulerRow(ruler: Ruler, top: number): string {
  const y = top + 14
  const x = (share: number) => nameWidth + share * axisWidth
  const { mean, low, high, baseline, colour } = ruler
  const end = { anchor: "end" } as const
  return [
    text(0, ruler.note ? y : y + 4, short(ruler.name, 25), { family: mono, size: 11 }),
    ruler.note ? text(0, y + 13, short(ruler.note, 32), { size: 10, fill: palette["muted-foreground"] }) : "",
    line(x(0), y, x(1), y, palette["border-strong"]),
    ...[0, 0.5, 1].map((share) => line(x(share), y - 3, x(share), y + 3, palette["border-strong"])),
    baseline === null ? "" : element("rect", { x: x(baseline) - 0.75, y: y - 7, width: 1.5, height: 14, fill: palette.foreground }),
    low === null || high === null
      ? ""
      : element("rect", {
          x: x(low),
          y: y - 2.5,
          width: Math.max(5, x(high) - x(low)),
          height: 5,
          rx: 2.5,
          fill: colour,
          "fill-opacity": 0.4,
        }),
    mean === null ? "" : element("circle", { cx: x(mean), cy: y, r: 4, fill: colour }),
    text(width, y, ruler.value, { ...end, weight: 600 }),
    text(width, y + 13, ruler.range, { ...end, size: 10, fill: palette["muted-foreground"] }),
  ].join("")
}

const limits = (interval: Interval95 | null, at: (value: number) => number) => ({
  low: interval ? at(interval.low) : null,
  high: interval ? at(interval.high) : null,
})

/** How far an axis of `rewardShare` goes. */
const axisWords = ({ min, max }: Scale): string => `from ${formatScore(Math.min(0, min))} to ${formatScore(Math.max(1, max))}`

const head = (top: number, content: string): string => text(0, top + 12, content, { size: 11, weight: 600 })

/** The mean of each metric on its own axis. */
export function drawMetrics({ metrics }: Metrics): Drawing {
  const rows = metrics.map(({ name, mean, min, max, interval95 }, i) => {
    const { low, high } = axisOf([min, max])
    const at = (value: number) => rewardShare(value, { min: low, max: high })
    return rulerRow(
      {
        name: metricLabel(name),
        note: axisWords({ min: low, max: high }),
        value: formatScore(mean),
        range: interval95 ? formatInterval(interval95) : "no interval",
        mean: at(mean),
        ...limits(interval95, at),
        baseline: null,
        colour: rewardHex(at(mean)),
      },
      i * rowHeight,
    )
  })
  return {
    words: metrics
      .map(
        ({ name, mean, interval95 }) =>
          `${metricLabel(name)}: mean ${formatScore(mean)}${interval95 ? `, 95 % interval ${formatInterval(interval95)}` : ""}`,
      )
      .join("; "),
    height: rows.length * rowHeight,
    body: rows.join(""),
  }
}

export const metricsTable = ({ metrics }: Metrics): ChartTable => ({
  columns: ["metric", "rollouts", "mean", "interval_low", "interval_high", "std", "min", "p25", "median", "p75", "max"],
  rows: metrics.map((one) => [
    one.name,
    one.count,
    one.mean,
    one.interval95?.low ?? null,
    one.interval95?.high ?? null,
    ...[one.std, one.min, one.p25, one.median, one.p75, one.max],
  ]),
})

const headHeight = 22

/** Each run's mean on one axis, and below, on an axis around 0, how far the others are from the baseline. */
export function drawComparison({ runs }: Comparison): Drawing {
  const means = runs.flatMap(({ mean, interval95 }) => [mean ?? 0, interval95?.low ?? 0, interval95?.high ?? 0])
  const scale = { min: Math.min(...means), max: Math.max(...means) }
  const at = (value: number) => rewardShare(value, scale)
  const others = runs.flatMap(({ label, against_baseline: against }) =>
    against && against.difference !== null ? [{ label, against, difference: against.difference }] : [],
  )
  const reach = differenceReach(
    others.flatMap(({ against, difference }) => [difference, against.interval95?.low ?? 0, against.interval95?.high ?? 0]),
  )
  const around = (difference: number) => 0.5 + Math.max(-1, Math.min(1, difference / reach)) / 2
  const meanRows = runs.map((run, i) =>
    rulerRow(
      {
        name: run.label,
        note: i === 0 ? "baseline" : "",
        value: formatScore(run.mean),
        range: run.interval95 ? formatInterval(run.interval95) : "no interval",
        mean: run.mean === null ? null : at(run.mean),
        ...limits(run.interval95, at),
        baseline: i > 0 && runs[0]?.mean !== null && runs[0] ? at(runs[0].mean) : null,
        colour: rewardHex(at(run.mean ?? 0)),
      },
      headHeight + i * rowHeight,
    ),
  )
  const below = headHeight + runs.length * rowHeight
  const differenceRows = others.map(({ label, against, difference }, i) =>
    rulerRow(
      {
        name: label,
        note: verdictText[against.verdict],
        value: formatDifference(difference, against.interval95),
        range: against.interval95 ? formatDifferences(against.interval95) : "no interval",
        mean: around(difference),
        ...limits(against.interval95, around),
        baseline: 0.5,
        colour: palette.foreground,
      },
      below + headHeight + i * rowHeight,
    ),
  )
  return {
    words: [
      ...runs.map(
        ({ label, mean, interval95 }) =>
          `${label}: mean ${formatScore(mean)}${interval95 ? `, 95 % interval ${formatInterval(interval95)}` : ""}`,
      ),
      ...others.map(
        ({ label, against, difference }) =>
          `${label} differs by ${formatDifference(difference, against.interval95)}${against.interval95 ? `, 95 % interval ${formatDifferences(against.interval95)}` : ""}`,
      ),
    ].join("; "),
    height: below + (others.length > 0 ? headHeight + others.length * rowHeight : 0),
    body: [
      head(0, `Mean reward, on an axis ${axisWords(scale)}`),
      ...meanRows,
      ...(others.length > 0
        ? [head(below, `Difference from the baseline, on an axis from ${formatDifference(-reach)} to ${formatDifference(reach)}`)]
        : []),
      ...differenceRows,
    ].join(""),
  }
}

export const comparisonTable = ({ runs }: Comparison): ChartTable => ({
  columns: [
    ...["run", "evaluation_id", "rollouts", "errors", "mean", "interval_low", "interval_high"],
    ...["difference", "difference_interval_low", "difference_interval_high", "examples_compared", "p_adjusted", "verdict"],
  ],
  rows: runs.map(({ label, evaluation_id, samples, errored, mean, interval95, against_baseline: against }) => [
    ...[label, evaluation_id, samples, errored, mean, interval95?.low ?? null, interval95?.high ?? null],
    ...[against?.difference ?? null, against?.interval95?.low ?? null, against?.interval95?.high ?? null],
    ...[against?.examples ?? null, against?.p_adjusted ?? null, against?.verdict ?? null],
  ]),
})
