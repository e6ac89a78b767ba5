import { formatScore } from "@/lib/format.ts"
import type { Chart, ChartTable } from "./charts.ts"
import { type Drawing, element, line, text, width } from "./draw.ts"
import { palette } from "./palette.ts"

type Pass = Extract<Chart, { kind: "pass" }>
type Point = Pass["points"][number]

const plot = 160
const left = 28
const across = width - left - 96
/** What the two lines beside the end of a curve take. */
const nameHeight = 30

const curves = [
  {
    name: "pass@k",
    about: "at least one passes",
    value: (point: Point) => point.pass_at,
    interval: (point: Point) => point.pass_at_interval95,
    colour: palette.foreground,
  },
  {
    name: "pass^k",
    about: "all pass",
    value: (point: Point) => point.pass_all,
    interval: (point: Point) => point.pass_all_interval95,
    colour: palette["muted-foreground"],
    dashes: "5 4",
  },
] as const

/** pass@k and pass^k over k, each in the band of its 95 % intervals. k doubles from step to step along the axis. */
export function drawPass({ points, threshold }: Pass): Drawing {
  const [first, last] = [points[0], points.at(-1)] as [Point, Point]
  const share = (k: number) => (last.k > 1 ? Math.log2(k) / Math.log2(last.k) : 0)
  const x = (k: number) => left + share(k) * across
  const y = (value: number) => (1 - value) * plot
  const at = (k: number, value: number) => `${x(k).toFixed(2)},${y(value).toFixed(2)}`
  const labelled = points.filter(({ k }) => k === last.k || (Number.isInteger(Math.log2(k)) && share(k) < 0.94))
  // Their names would lie on each other where the curves end in one place.
  const gap = y(last.pass_all) - y(last.pass_at)
  const shift = Math.max(0, nameHeight - gap) / 2
  const lower = Math.min(y(last.pass_all) + shift, plot - nameHeight / 2)
  const ends = [Math.min(y(last.pass_at) - shift, lower - nameHeight), lower]
  return {
    words: `From k = 1 to ${last.k}, pass@k goes from ${formatScore(first.pass_at)} to ${formatScore(last.pass_at)}, pass^k from ${formatScore(first.pass_all)} to ${formatScore(last.pass_all)}; a rollout passes with a reward of ${formatScore(threshold)} or more`,
    height: plot + 26,
    body: [
      ...[0, 0.5, 1].map((value) =>
        [
          line(left, y(value) + 0.5, left + across, y(value) + 0.5, palette[value === 0 ? "border-strong" : "border"]),
          text(left - 6, y(value) + 4, String(value), { anchor: "end", size: 10, fill: palette["muted-foreground"] }),
        ].join(""),
      ),
      ...curves.map((curve, i) => {
        const banded = points.filter((point) => curve.interval(point))
        const edge = (side: "low" | "high") => banded.map((point) => at(point.k, curve.interval(point)?.[side] ?? 0))
        const end = ends[i] as number
        return [
          element("polygon", { points: [...edge("high"), ...edge("low").reverse()].join(" "), fill: curve.colour, "fill-opacity": 0.12 }),
          element("polyline", {
            points: points.map((point) => at(point.k, curve.value(point))).join(" "),
            fill: "none",
            stroke: curve.colour,
            "stroke-width": 1.5,
            "stroke-dasharray": "dashes" in curve ? curve.dashes : undefined,
          }),
          text(left + across + 8, end + 4, `${curve.name} ${formatScore(curve.value(last))}`, {
            size: 11,
            weight: 600,
            fill: curve.colour,
          }),
          text(left + across + 8, end + 17, curve.about, { size: 10, fill: palette["muted-foreground"] }),
        ].join("")
      }),
      ...labelled.map(({ k }) =>
        text(x(k), plot + 18, k === 1 ? "k = 1" : String(k), {
          anchor: k === 1 ? "start" : "middle",
          size: 10,
          fill: palette["muted-foreground"],
        }),
      ),
    ].join(""),
  }
}

export const passTable = ({ points, threshold }: Pass): ChartTable => ({
  columns: [
    "k",
    "examples",
    "threshold",
    ...["pass_at_k", "pass_hat_k"].flatMap((name) => [name, `${name}_interval_low`, `${name}_interval_high`]),
  ],
  rows: points.map((point) => [
    point.k,
    point.examples ?? null,
    threshold,
    ...curves.flatMap(({ value, interval }) => [value(point), interval(point)?.low ?? null, interval(point)?.high ?? null]),
  ]),
})
