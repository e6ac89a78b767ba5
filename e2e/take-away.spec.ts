import { readFile } from "node:fs/promises"
import type { Download, Page } from "@playwright/test"
import { expect, test } from "./story.ts"

const contentOf = async (download: Download) => readFile(await download.path())

/** Saves a chart of the page in one of its forms. */
async function saved(page: Page, chart: string, form: string): Promise<Buffer> {
  await page.getByRole("button", { name: `Save: ${chart}` }).press("Enter")
  const item = page.getByRole("menuitem", { name: form })
  const [download] = await Promise.all([page.waitForEvent("download"), item.press("Enter")])
  return contentOf(download)
}

test("a result is taken away: as a picture, as numbers, as a table, and on paper", { tag: "@story" }, async ({ page, api }) => {
  test.setTimeout(240_000)
  const runs = await Promise.all(["demo/novice", "demo/scholar"].map((model) => api.launch("market-clerk", model)))
  const [id] = runs as [string, string]
  await Promise.all(runs.map((run) => api.ended(run)))

  await page.goto(`/dashboard/evaluations/${id}`)
  const svg = (await saved(page, "Distribution", "Picture (SVG)")).toString()
  expect(svg).toContain("local/market-clerk@")
  expect(svg).toContain(`/dashboard/evaluations/${id}`)
  const png = await saved(page, "Metrics", "Picture (PNG)")
  expect(png.subarray(1, 4).toString()).toBe("PNG")
  // Twice the width of the drawing, so that it is sharp on paper.
  expect(png.readUInt32BE(16)).toBe(1376)
  expect((await saved(page, "Pass rates", "Numbers (CSV)")).toString()).toMatch(/^k,examples,threshold,pass_at_k,.*\r\n1,4,0\.5,/)

  await page.getByRole("button", { name: "More" }).press("Enter")
  await page.getByRole("menuitem", { name: "Report card" }).press("Enter")
  await page.waitForURL(`**/evaluations/${id}/report`)
  await expect(page.getByRole("region", { name: "What was run" })).toContainText("demo/novice")
  await page.emulateMedia({ media: "print", colorScheme: "dark" })
  await expect(page.getByRole("navigation", { name: "Parts of the evaluation" })).toBeHidden()
  await expect(page.getByRole("link", { name: "Evaluations" })).toBeHidden()
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden()
  await expect(page.locator("body")).toHaveCSS("background-color", "rgb(255, 255, 255)")
  await expect(page.locator("body")).toHaveCSS("color", "rgb(22, 23, 27)")

  await page.emulateMedia({ media: "screen" })
  await page.goto(`/dashboard/evaluations/compare?runs=${runs.join(",")}`)
  const table = (await saved(page, "Comparison", "Table (Markdown)")).toString()
  expect(table.split("\n").filter((line) => line.startsWith("| demo/"))).toHaveLength(2)
})
