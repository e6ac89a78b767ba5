import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import type { Locator } from "@playwright/test"
import sharp from "sharp"
import { expect, test } from "./story.ts"

const folder = "docs/pictures"
const bytesMax = 2_000_000
/** A failed run, down to the end of its log: tracebacks name folders of the machine. */
const shortHeight = 430
const sizes = { wide: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } }

/** `npm run test:pictures`: every page as docs/design.md shows it, light and dark, and some on a phone. */
test("pictures of the pages", { tag: "@pictures" }, async ({ page, api }) => {
  test.setTimeout(600_000)
  const launched = await Promise.all(
    ["demo/scholar", "demo/apprentice", "demo/novice"].map((model) =>
      api.launch("market-clerk", model, { num_examples: 20, rollouts_per_example: 5 }),
    ),
  )
  const failed = await api.launch("word-arithmetic", "demo/novice", { env_args: { split: "nowhere" } })
  for (const id of [...launched, failed]) await api.ended(id)
  const id = launched[1] as string
  const { samples } = await api.get(`/evaluations/${id}/sample-summaries?sort_by=reward&sort_order=asc&limit=1`)
  const environment = "/dashboard/environments/local/market-clerk"
  const run = `/dashboard/evaluations/${id}`
  const region = (name: string) => page.getByRole("region", { name })
  const list = (name: string) => page.getByRole("list", { name }).getByRole("listitem").first()
  // Each with what it is for: a heading stands above a page that is still loading.
  const pages: Record<string, { path: string; shows: Locator; height?: number }> = {
    home: { path: "/dashboard", shows: page.getByRole("table", { name: "Latest results" }) },
    environments: { path: "/dashboard/environments", shows: page.getByRole("link", { name: "market-clerk" }) },
    environment: { path: environment, shows: region("Results by model").getByRole("listitem").first() },
    dataset: { path: `${environment}/dataset`, shows: list("Examples") },
    launch: {
      path: `${environment}/evaluations/new?model=demo%2Fscholar`,
      shows: page.getByRole("button", { name: "Run Evaluation" }),
    },
    evaluations: { path: "/dashboard/evaluations", shows: page.getByRole("table", { name: "Evaluations" }) },
    run: { path: run, shows: region("Metrics") },
    samples: { path: `${run}/samples`, shows: list("Examples") },
    sample: { path: `${run}/samples/${samples[0].sample_id}`, shows: region("Conversation") },
    logs: { path: `${run}/logs`, shows: page.getByText("Finished: 100 rollouts") },
    compare: {
      path: `/dashboard/evaluations/compare?runs=${launched.slice(0, 2).join(",")}`,
      shows: list("Mean reward of each run"),
    },
    failed: { path: `/dashboard/evaluations/${failed}`, shows: region("End of the log"), height: shortHeight },
    models: { path: "/dashboard/models", shows: region("Models").getByText("demo/scholar") },
    usage: { path: "/dashboard/usage", shows: page.locator("figure svg") },
    settings: { path: "/dashboard/settings", shows: region("Global secrets") },
    people: { path: "/dashboard/settings/people", shows: region("People") },
    notifications: { path: "/dashboard/settings/notifications", shows: region("Rules") },
    audit: { path: "/dashboard/settings/audit", shows: page.getByRole("table") },
    docs: { path: "/docs", shows: page.getByRole("main") },
  }
  const onPhones = ["run", "samples", "sample", "launch"]

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const take = async (name: string, size: keyof typeof sizes, colorScheme: "light" | "dark") => {
    const { path, shows, height } = pages[name] as (typeof pages)[string]
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    await page.setViewportSize(height ? { ...sizes[size], height } : sizes[size])
    await page.goto(path)
    await expect(page.getByRole("heading", { level: 1 }).first(), name).toBeVisible()
    await expect(shows.first(), name).toBeVisible()
    await expect(page.locator("[data-skeleton]").filter({ visible: true }), name).toHaveCount(0)
    await page.evaluate(() => document.fonts.ready)
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 })))
    const text = await page.evaluate(textInView)
    for (const folderOfMachine of [process.cwd(), homedir()]) expect(text, name).not.toContain(folderOfMachine)
    // Few colours: a third of the size, and nothing that an eye would miss.
    const picture = sharp(await page.screenshot()).png({ palette: true, quality: 80, effort: 10 })
    await picture.toFile(join(folder, `${name}-${size === "phone" ? "phone" : colorScheme}.png`))
  }
  for (const name of Object.keys(pages)) for (const theme of ["light", "dark"] as const) await take(name, "wide", theme)
  for (const name of onPhones) await take(name, "phone", "light")

  const files = readdirSync(folder)
  expect(files).toHaveLength(Object.keys(pages).length * 2 + onPhones.length)
  expect(files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)).toBeLessThan(bytesMax)
})

/** What can be read in a picture of the page. */
function textInView(): string {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const range = document.createRange()
  const texts: string[] = []
  while (walker.nextNode()) {
    range.selectNodeContents(walker.currentNode)
    let { top, bottom } = range.getBoundingClientRect()
    for (let box = walker.currentNode.parentElement; box; box = box.parentElement) {
      // What is folded has a place, and no look.
      if (!box.checkVisibility()) bottom = top
      if (getComputedStyle(box).overflowY === "visible") continue
      const frame = box.getBoundingClientRect()
      top = Math.max(top, frame.top)
      bottom = Math.min(bottom, frame.bottom)
    }
    if (Math.min(bottom, innerHeight) > Math.max(top, 0)) texts.push(walker.currentNode.textContent ?? "")
  }
  return texts.join(" ")
}
