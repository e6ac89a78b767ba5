import { readFileSync } from "node:fs"
import { Window } from "happy-dom"
import { expect, test } from "vitest"
import type { CompareResponse } from "@/contract/index.ts"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import type { Chart } from "./charts.ts"
import { csvText } from "./csv.ts"
import { svgDocument } from "./draw.ts"
import { palette, rewardHex } from "./palette.ts"
import { chartParts } from "./save-chart.ts"

const awkward = `a|b_c&d<e>"x" \u202eשלום \u0007${"n".repeat(200)}]]>`
const about = { title: "Distribution", subject: awkward, url: "https://evals.example/e1?a=1&b=2", date: "2026-11-29" }

function statisticsOf(...rewards: number[][]) {
  const samples = rewards.flatMap((own, i) =>
    own.map((reward) => ({ example_id: String(i), reward, metrics: { [awkward]: reward, "=1+1": 0.5 }, errored: false, truncated: false })),
  )
  return runStatistics("e1", samples)
}

const chartsOf = (statistics: ReturnType<typeof statisticsOf>): Chart[] => [
  {
    kind: "result",
    bins: statistics.example_bins ?? [],
    counted: "examples",
    mean: statistics.reward?.mean ?? null,
    interval: statistics.reward?.interval95 ?? null,
    scale: { min: statistics.reward?.min ?? 0, max: statistics.reward?.max ?? 1 },
  },
  ...(statistics.pass_at_k.length > 0
    ? [{ kind: "pass" as const, points: statistics.pass_at_k, threshold: statistics.pass_threshold }]
    : []),
  { kind: "metrics", metrics: statistics.metrics },
]

const interval = { low: 0.6, high: 0.9, approximate: false }
const runs = [
  { label: awkward, evaluation_id: "e1", samples: 20, errored: 0, mean: 0.75, interval95: interval, against_baseline: null },
  {
    label: "b",
    evaluation_id: "e2",
    samples: 20,
    errored: 1,
    mean: 0.5,
    interval95: null,
    against_baseline: {
      difference: -0.25,
      interval95: { low: -0.5, high: -0.01, approximate: false },
      verdict: "worse",
      examples: 20,
      p_adjusted: 0.01,
    },
  },
  { label: "c", evaluation_id: "e3", samples: 0, errored: 0, mean: null, interval95: null, against_baseline: null },
] as unknown as CompareResponse["runs"]

/** The document of a drawing; fails where it is no XML. */
function parsed(chart: Chart) {
  const svg = svgDocument(about, chartParts(chart).drawing)
  const document = new new Window().DOMParser().parseFromString(svg, "image/svg+xml")
  expect(document.querySelector("parsererror")).toBeNull()
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
  return { svg, document, text: document.documentElement.textContent ?? "" }
}

test.each([
  ["rewards of 0 and 1", statisticsOf([1, 0, 1], [1, 1, 1], [0, 0, 0])],
  ["one example", statisticsOf([0.5])],
  ["huge rewards", statisticsOf([1e308, -1e308], [3, 4])],
  ["no reward", statisticsOf()],
])("every chart of %s is a picture that says what it is, of what, from where and when", (_, statistics) => {
  for (const chart of chartsOf(statistics)) {
    const { document, text } = parsed(chart)
    expect(document.querySelector("title")?.textContent).toMatch(/^Distribution: a\|b_c&d<e>"x"/)
    expect(document.querySelector("desc")?.textContent).toContain("2026-11-29 · https://evals.example/e1?a=1&b=2")
    expect(text).toContain("2026-11-29 · https://evals.example/e1?a=1&b=2")
  }
})

test("a result has a column for each filled bin, as high as its count, and the mean where it stands", () => {
  const statistics = statisticsOf([1, 1], [1, 1], [1, 1], [0, 0])
  const { document, text } = parsed(chartsOf(statistics)[0] as Chart)
  const heights = [...document.querySelectorAll("rect")].map((rect) => Number(rect.getAttribute("height"))).slice(1, 3)
  expect((heights[1] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(3)
  expect(Number(document.querySelector("circle")?.getAttribute("cx"))).toBe(480)
  expect(text).toContain("Mean 0.75, 95 % interval")
})

test("a comparison names verdicts and draws no mean for a run that has none", () => {
  const { document, text } = parsed({ kind: "comparison", runs })
  expect(text).toContain("Mean reward, on an axis from 0 to 1")
  expect(text).toContain("worse")
  expect(text).toContain("−0.25")
  expect(document.querySelectorAll("circle")).toHaveLength(3)
})

test("numbers come as a table in full, and no name becomes a formula", () => {
  const [result, , metrics] = chartsOf(statisticsOf([1, 0], [1, 1])).map((chart) => csvText(chartParts(chart).table).split("\r\n"))
  expect(result?.[0]).toBe("from,to,examples,mean,interval_low,interval_high")
  expect(result?.find((line) => line.includes(",0.75,"))).toBeDefined()
  expect(metrics?.find((line) => line.startsWith("'=1+1,4,0.5"))).toBeDefined()
  expect(csvText(chartParts({ kind: "comparison", runs }).table).split("\r\n")[2]).toBe("b,e2,20,1,0.5,,,-0.25,-0.5,-0.01,20,0.01,worse")
})

test("saved drawings have the colours of the light theme", () => {
  const tokens = /^:root \{(.*?)^\}/ms.exec(readFileSync("app/globals.css", "utf8"))?.[1] ?? ""
  for (const [name, value] of Object.entries(palette)) if (name !== "background") expect(tokens, name).toContain(`--${name}: ${value};`)
})

test("the scale of reward goes from its low over its middle to its high end", () => {
  expect([0, 0.5, 1].map(rewardHex)).toEqual([palette["reward-low"], palette["reward-middle"], palette["reward-high"]])
  // color-mix(in oklab, #1f57c8 50%, #cbbfae), as Chromium computes it.
  expect(rewardHex(0.75)).toBe("#768fc1")
})
