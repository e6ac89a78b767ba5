import { formatScore } from "@/lib/format.ts"
import { placeOn, ticksOf } from "../axis.ts"
import { seriesLooks, trendLines, trendWords } from "../trend-lines.ts"
import type { Chart, ChartTable } from "./charts.ts"
import { type Drawing, element, line, mono, short, text, width } from "./draw.ts"
import { palette } from "./palette.ts"

type Trend = Extract<Chart, { kind: "trend" }>

const plot = 200
const left = 36
const across = width - left - 12
const rowHeight = 16

/** The means of runs in their order with their intervals, and lines between those that can be compared. */
export function drawTrend({ points }: Trend): Drawing {
  const { axis, series, versions, left: more } = trendLines(points)
  const x = (share: number) => left + share * across
  const y = (share: number) => (1 - share) * plot
  const ink = palette.foreground
  const mark = (i: number, at: number, top: number) => {
    const { isHollow, isRound } = seriesLooks[i] as (typeof seriesLooks)[number]
    const look = { fill: isHollow ? palette.background : ink, stroke: ink, "stroke-width": 1.5 }
    return isRound
      ? element("circle", { cx: at, cy: top, r: 3.5, ...look })
      : element("rect", { x: at - 3.5, y: top - 3.5, width: 7, height: 7, ...look })
  }
  const legend = plot + 40
  return {
    words: trendWords(points),
    height: legend + series.length * rowHeight + (more > 0 ? rowHeight : 0),
    body: [
      ...ticksOf(axis).map((value) =>
        [
          line(left, y(placeOn(value, axis)), left + across, y(placeOn(value, axis)), palette.border),
          text(left - 6, y(placeOn(value, axis)) + 4, formatScore(value), { anchor: "end", size: 10, fill: palette["muted-foreground"] }),
        ].join(""),
      ),
      ...versions.map(({ x: at, version }) =>
        [
          line(x(at), 0, x(at), plot, palette["border-strong"]),
          text(x(at), plot + 16, version, {
            anchor: at > 0.85 ? "end" : "start",
            size: 10,
            family: mono,
            fill: palette["muted-foreground"],
          }),
        ].join(""),
      ),
      ...series.map(({ lines, points: own }, i) =>
        [
          ...lines.map((one) =>
            element("polyline", {
              points: one.map((placed) => `${x(placed.x).toFixed(2)},${y(placed.y).toFixed(2)}`).join(" "),
              fill: "none",
              stroke: ink,
              "stroke-width": 1.5,
              "stroke-dasharray": seriesLooks[i]?.dashes,
            }),
          ),
          ...own.map(({ x: at, low, high }) =>
            low === null || high === null
              ? ""
              : element("rect", {
                  x: x(at) - 2,
                  y: y(high),
                  width: 4,
                  height: Math.max(4, y(low) - y(high)),
                  rx: 2,
                  fill: ink,
                  "fill-opacity": 0.2,
                }),
          ),
          ...own.map((placed) => mark(i, x(placed.x), y(placed.y))),
        ].join(""),
      ),
      ...series.map(({ model }, i) =>
        [
          mark(i, left + 4, legend + i * rowHeight),
          text(left + 16, legend + i * rowHeight + 4, short(model, 60), { size: 11, family: mono }),
        ].join(""),
      ),
      more > 0 ? text(left + 16, legend + series.length * rowHeight + 4, `${more} more models`, { size: 11 }) : "",
    ].join(""),
  }
}

export const trendTable = ({ points }: Trend): ChartTable => ({
  columns: ["evaluation_id", "model", "version", "completed_at", "mean", "interval_low", "interval_high", "line"],
  rows: points.map(({ evaluation_id: id, model, version, completed_at: at, mean, interval95, line: group }) => [
    id,
    model,
    version,
    at,
    mean,
    interval95?.low ?? null,
    interval95?.high ?? null,
    group,
  ]),
})
