import AxeBuilder from "@axe-core/playwright"
import { expect, test } from "./story.ts"

const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

test("every page: axe finds nothing, nothing scrolls sideways, in both themes, from phone to wide screen", async ({ page, api }) => {
  test.setTimeout(1_200_000)
  const done = await api.launch("market-clerk", "demo/novice", { num_examples: 6, rollouts_per_example: 3 })
  const failed = await api.launch("word-arithmetic", "demo/novice", { env_args: { split: "nowhere" } })
  await Promise.all([api.ended(done), api.ended(failed)])
  const { samples } = await api.get(`/evaluations/${done}/sample-summaries?limit=1`)
  const addresses = [
    "/dashboard/environments",
    "/dashboard/environments?q=nothing-is-called-this",
    "/dashboard/environments/local/market-clerk",
    "/dashboard/environments/local/market-clerk/evaluations",
    "/dashboard/environments/local/market-clerk/evaluations/new",
    "/dashboard/environments/local/market-clerk/evaluations/new?model=demo%2Fnovice",
    "/dashboard/environments/local/market-clerk/files",
    "/dashboard/environments/local/market-clerk/files?path=market_clerk.py",
    "/dashboard/environments/local/market-clerk/versions",
    "/dashboard/environments/local/market-clerk/checks",
    "/dashboard/environments/local/market-clerk/settings",
    "/dashboard/environments/local/no-such-environment",
    "/dashboard/evaluations",
    "/dashboard/evaluations?search=nothing-is-called-this",
    `/dashboard/evaluations/${done}`,
    `/dashboard/evaluations/${done}/samples`,
    `/dashboard/evaluations/${done}/samples/${samples[0].sample_id}`,
    `/dashboard/evaluations/${done}/logs`,
    `/dashboard/evaluations/${failed}`,
    "/dashboard/evaluations/no-such-run",
    `/dashboard/evaluations/${done}/logs?q=rollouts`,
    "/dashboard/usage",
    "/dashboard/settings",
    "/dashboard/tokens/challenge",
    "/dashboard/tokens/challenge?code=NOSUCHCD",
    "/docs",
    "/login",
    "/no-such-page",
  ]
  for (const address of addresses) {
    await page.emulateMedia({ colorScheme: "light" })
    await page.goto(address)
    await page.waitForLoadState("load")
    for (const size of sizes) {
      await page.setViewportSize(size)
      const where = `${address} ${size.width}`
      await expect(page.getByRole("heading", { level: 1 }).first(), where).toBeVisible()
      const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      await expect.poll(sideways, where).toBeLessThanOrEqual(0)
      // Rules do not depend on the width beyond phone and desktop.
      if (size.width < 1920) await noViolations(new AxeBuilder({ page }), where)
    }
    // The theme changes colours, not places.
    await page.emulateMedia({ colorScheme: "dark" })
    await expect(page.locator("html")).toHaveClass(/dark/)
    await noViolations(new AxeBuilder({ page }).withRules("color-contrast"), `${address} dark`)
  }
})

async function noViolations(axe: AxeBuilder, where: string) {
  const { violations } = await axe.analyze()
  expect(
    violations.map((violation) => `${where}: ${violation.id} ${violation.nodes[0]?.target}`),
    where,
  ).toEqual([])
}
