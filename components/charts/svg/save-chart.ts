import type { Chart, ChartTable } from "./charts.ts"
import { csvText } from "./csv.ts"
import { type Drawing, type DrawingAbout, svgDocument } from "./draw.ts"
import { drawPass, passTable } from "./pass.ts"
import { drawResult, resultTable } from "./result.ts"
import { comparisonTable, drawComparison, drawMetrics, metricsTable } from "./rulers.ts"
import { drawTrend, trendTable } from "./trend.ts"

export type SaveFormat = "svg" | "png" | "csv"

/** The drawing of a chart and the numbers behind it. */
export function chartParts(chart: Chart): { drawing: Drawing; table: ChartTable } {
  switch (chart.kind) {
    case "result":
      return { drawing: drawResult(chart), table: resultTable(chart) }
    case "pass":
      return { drawing: drawPass(chart), table: passTable(chart) }
    case "metrics":
      return { drawing: drawMetrics(chart), table: metricsTable(chart) }
    case "comparison":
      return { drawing: drawComparison(chart), table: comparisonTable(chart) }
    case "trend":
      return { drawing: drawTrend(chart), table: trendTable(chart) }
  }
}

/** Pixels of a saved picture for each unit of the drawing. */
const pixelsPerUnit = 2

/** Downloads a chart in one of its forms. @param name of the file, without what comes after the dot */
export async function saveChart(chart: Chart, about: DrawingAbout, name: string, format: SaveFormat): Promise<void> {
  const { drawing, table } = chartParts(chart)
  if (format === "csv") return download(new Blob([csvText(table)], { type: "text/csv;charset=utf-8" }), `${name}.csv`)
  const svg = svgDocument(about, drawing)
  download(format === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await toPng(svg), `${name}.${format}`)
}

async function toPng(svg: string): Promise<Blob> {
  const image = new Image()
  // Our content policy has pictures from data: addresses and none from blob: ones.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`
  await image.decode()
  const canvas = document.createElement("canvas")
  canvas.width = image.naturalWidth * pixelsPerUnit
  canvas.height = image.naturalHeight * pixelsPerUnit
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The browser made no picture of it."))), "image/png"),
  )
}

function download(content: Blob, name: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  // The browser reads it after the press, so it stays for a moment.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
