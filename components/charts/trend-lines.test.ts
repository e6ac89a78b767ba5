import { expect, test } from "vitest"
import type { TrendPoint } from "@/contract/index.ts"
import { svgDocument } from "./svg/draw.ts"
import { drawTrend, trendTable } from "./svg/trend.ts"
import { trendLines } from "./trend-lines.ts"

const run = (id: string, model: string, mean: number, more: Partial<TrendPoint> = {}): TrendPoint => ({
  evaluation_id: id,
  model,
  version: "0.1.0",
  completed_at: "2026-11-30T00:00:00.000Z",
  mean,
  interval95: { low: mean - 0.1, high: mean + 0.1, approximate: false },
  line: 0,
  ...more,
})

test("only comparable runs of a model are joined, and a version is marked where it begins", () => {
  const points = [
    run("a", "m", 0.2),
    run("b", "n", 0.9, { line: 1 }),
    run("c", "m", 0.4),
    run("d", "m", 0.5, { version: "0.2.0", line: 2 }),
    run("e", "m", 0.6),
  ]
  const { series, versions, left } = trendLines(points)
  expect(series.map(({ model, lines }) => [model, lines.map((line) => line.map(({ point }) => point.evaluation_id))])).toEqual([
    ["m", [["a", "c", "e"]]],
    ["n", []],
  ])
  expect(series[0]?.points.map(({ x }) => x)).toEqual([0, 0.5, 0.75, 1])
  expect(versions).toEqual([
    { x: 0, version: "0.1.0" },
    { x: 0.75, version: "0.2.0" },
  ])
  expect(left).toBe(0)
})

test("models for which there is no room are counted, and other scales have their own axis", () => {
  const many = Array.from({ length: 8 }, (_, i) => run(String(i), `model ${i}`, i, { interval95: null }))
  const { series, left, axis } = trendLines(many)
  expect([series.length, left, axis]).toEqual([6, 2, { low: 0, high: 7 }])
})

test("it is saved as a drawing and as numbers", () => {
  const points = [run("a", "m<1>", 0.2), run("b", "m<1>", 0.4, { interval95: null })]
  const drawing = drawTrend({ kind: "trend", points })
  const svg = svgDocument({ title: "Trend", subject: "local/maze", url: "http://x", date: "2026-11-30" }, drawing)
  expect(svg).toContain("m&lt;1&gt;")
  expect(svg).toContain("<polyline")
  expect(svg).not.toContain("NaN")
  expect(trendTable({ kind: "trend", points }).rows).toEqual([
    ["a", "m<1>", "0.1.0", "2026-11-30T00:00:00.000Z", 0.2, 0.1, expect.closeTo(0.3, 12), 0],
    ["b", "m<1>", "0.1.0", "2026-11-30T00:00:00.000Z", 0.4, null, null, 0],
  ])
})
