import { formatCount, formatInterval, formatScore } from "@/lib/format.ts"
import { axisOf, placeOn, ticksOf } from "../axis.ts"
import { rewardShare } from "../reward-colour.ts"
import type { Chart, ChartTable } from "./charts.ts"
import { type Drawing, element, line, text, width } from "./draw.ts"
import { palette, rewardHex } from "./palette.ts"

type Result = Extract<Chart, { kind: "result" }>

const plot = 150

/** How many have which reward above the ground, and below it the mean and its 95 % interval. */
export function drawResult({ bins, counted, mean, interval, scale }: Result): Drawing {
  const axis = axisOf([...bins.flatMap(({ from, to }) => [from, to]), ...(interval ? [interval.low, interval.high] : [])])
  const filled = bins.filter(({ count }) => count > 0)
  const tallest = Math.max(1, ...filled.map(({ count }) => count))
  const across = (value: number) => placeOn(value, axis) * width
  const columnWidth = Math.min(14, (width / Math.max(1, bins.length)) * 0.8)
  const columns = filled.map(({ from, to, count }) => {
    const middle = from / 2 + to / 2
    const height = Math.max(2, (count / tallest) * (plot - 16))
    const x = across(middle)
    const fill = rewardHex(rewardShare(middle, scale))
    return [
      element("rect", { x: x - columnWidth / 2, y: plot - height, width: columnWidth, height, fill }),
      // Numbers over columns that stand side by side would run into each other.
      filled.length <= 12
        ? text(x, plot - height - 4, formatCount(count), { anchor: "middle", size: 10, fill: palette["muted-foreground"] })
        : "",
    ].join("")
  })
  const ground = plot + 13
  const interval95 = interval && { x: across(interval.low), to: across(interval.high) }
  return {
    words: [
      `Distribution of the reward over ${formatCount(filled.reduce((sum, { count }) => sum + count, 0))} ${counted}`,
      ...(mean === null ? [] : [`mean ${formatScore(mean)}`]),
      ...(interval ? [`95 % interval ${formatInterval(interval)}`] : []),
    ].join(", "),
    height: plot + 62,
    body: [
      ...columns,
      line(0, plot + 0.5, width, plot + 0.5, palette["border-strong"]),
      interval95
        ? element("rect", {
            x: interval95.x,
            y: ground - 3,
            width: Math.max(6, interval95.to - interval95.x),
            height: 6,
            rx: 3,
            fill: palette["border-strong"],
          })
        : "",
      mean === null ? "" : element("circle", { cx: across(mean), cy: ground, r: 5, fill: palette.foreground }),
      axisTicks(ticksOf(axis), across, plot + 36),
      mean === null
        ? ""
        : text(0, plot + 58, `Mean ${formatScore(mean)}${interval ? `, 95 % interval ${formatInterval(interval)}` : ""}`, { weight: 600 }),
      text(width, plot + 58, `reward of ${counted}`, { anchor: "end", fill: palette["muted-foreground"] }),
    ].join(""),
  }
}

/** Names of places along the axis; those at its ends stay inside. */
export const axisTicks = (ticks: readonly number[], across: (value: number) => number, y: number): string =>
  ticks
    .map((tick) => {
      const x = across(tick)
      const anchor = x < width * 0.03 ? "start" : x > width * 0.97 ? "end" : "middle"
      return text(x, y, formatScore(tick), { anchor, size: 10, fill: palette["muted-foreground"] })
    })
    .join("")

export const resultTable = ({ bins, counted, mean, interval }: Result): ChartTable => ({
  columns: ["from", "to", counted, "mean", "interval_low", "interval_high"],
  rows: bins.map(({ from, to, count }) => [from, to, count, mean, interval?.low ?? null, interval?.high ?? null]),
})
