import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import sharp from "sharp"
import { expect, test } from "./story.ts"

const folder = "docs/pictures"
const bytesMax = 2_000_000
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
  const pages: Record<string, string> = {
    home: "/dashboard",
    environments: "/dashboard/environments",
    environment,
    dataset: `${environment}/dataset`,
    launch: `${environment}/evaluations/new?model=demo%2Fscholar`,
    evaluations: "/dashboard/evaluations",
    run,
    samples: `${run}/samples`,
    sample: `${run}/samples/${samples[0].sample_id}`,
    logs: `${run}/logs`,
    compare: `/dashboard/evaluations/compare?runs=${launched.slice(0, 2).join(",")}`,
    failed: `/dashboard/evaluations/${failed}`,
    models: "/dashboard/models",
    usage: "/dashboard/usage",
    settings: "/dashboard/settings",
    people: "/dashboard/settings/people",
    notifications: "/dashboard/settings/notifications",
    audit: "/dashboard/settings/audit",
    docs: "/docs",
  }
  const onPhones = ["run", "samples", "sample", "launch"]

  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const take = async (name: string, size: keyof typeof sizes, colorScheme: "light" | "dark") => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
    await page.setViewportSize(sizes[size])
    await page.goto(pages[name] as string)
    await expect(page.getByRole("heading", { level: 1 }).first(), name).toBeVisible()
    await page.evaluate(() => document.fonts.ready)
    await page.evaluate(() => new Promise((done) => requestIdleCallback(done, { timeout: 2000 })))
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
