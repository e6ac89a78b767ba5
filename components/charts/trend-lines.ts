import type { TrendPoint } from "@/contract/index.ts"
import { type Axis, axisOf, placeOn } from "./axis.ts"

export interface PlacedPoint {
  point: TrendPoint
  /** Places on both axes, 0 to 1. */
  x: number
  y: number
  low: number | null
  high: number | null
}

/** The runs of one model, with those that can be compared in one line. */
export interface TrendSeries {
  model: string
  points: PlacedPoint[]
  lines: PlacedPoint[][]
}

export interface TrendLines {
  axis: Axis
  series: TrendSeries[]
  /** Where runs of another version than those before them begin. */
  versions: { x: number; version: string }[]
  /** Models for which there is no room. */
  left: number
}

/** As many models as can be told apart without colours. */
const modelsMax = 6

/** Places runs in their order, each as far from the next: many are made within an hour, and then none for a month. */
export function trendLines(points: readonly TrendPoint[]): TrendLines {
  const axis = axisOf(points.flatMap(({ mean, interval95 }) => [mean, interval95?.low ?? mean, interval95?.high ?? mean]))
  const placed = points.map((point, i): PlacedPoint => {
    const at = (value: number) => placeOn(value, axis)
    const { mean, interval95 } = point
    const [low, high] = interval95 ? [at(interval95.low), at(interval95.high)] : [null, null]
    return { point, x: points.length > 1 ? i / (points.length - 1) : 0.5, y: at(mean), low, high }
  })
  const models = grouped(placed, ({ point }) => point.model).sort((a, b) => b.length - a.length)
  return {
    axis,
    series: models.slice(0, modelsMax).map((own) => ({
      model: own[0]?.point.model ?? "",
      points: own,
      lines: grouped(own, ({ point }) => point.line).filter((line) => line.length > 1),
    })),
    versions: placed.flatMap(({ point: { version }, x }, i) =>
      version !== null && version !== placed[i - 1]?.point.version && !placed.slice(0, i).some(({ point }) => point.version === version)
        ? [{ x, version }]
        : [],
    ),
    left: Math.max(0, models.length - modelsMax),
  }
}

const grouped = <Key>(points: readonly PlacedPoint[], keyOf: (placed: PlacedPoint) => Key): PlacedPoint[][] =>
  [...new Set(points.map(keyOf))].map((key) => points.filter((placed) => keyOf(placed) === key))

/** How a model's line and points look, so that it is told without colour. */
export const seriesLooks = [
  { dashes: undefined, isHollow: false, isRound: true },
  { dashes: "6 3", isHollow: true, isRound: true },
  { dashes: "2 3", isHollow: false, isRound: false },
  { dashes: "8 3 2 3", isHollow: true, isRound: false },
  { dashes: "1 4", isHollow: false, isRound: true },
  { dashes: "10 5", isHollow: true, isRound: true },
] as const

/** What the drawing shows, in a sentence. */
export const trendWords = (points: readonly TrendPoint[]): string =>
  `Mean reward of ${points.length} runs of ${new Set(points.map(({ model }) => model)).size} models in their order, with 95 % intervals; comparable runs are joined`
