import AxeBuilder from "@axe-core/playwright"
import type { Page } from "@playwright/test"
import { type Api, expect, test } from "./story.ts"

const phone = { width: 390, height: 844 }
const desktop = { width: 1280, height: 800 }
const wide = { width: 1920, height: 1080 }

test("a run, its samples and the form: axe finds nothing on a phone in the dark, and nothing scrolls sideways, from phone to wide screen", async ({
  page,
  api,
}) => {
  test.setTimeout(240_000)
  await page.emulateMedia({ colorScheme: "dark" })
  const run = await api.launch("market-clerk", "demo/novice", { num_examples: 4, rollouts_per_example: 2 })
  await api.ended(run)
  const environment = "/dashboard/environments/local/market-clerk"
  for (const address of [
    `/dashboard/evaluations/${run}`,
    `/dashboard/evaluations/${run}/samples`,
    `${environment}/evaluations/new?model=demo%2Fnovice`,
  ]) {
    await open(page, address)
    for (const size of [wide, desktop, phone]) await fits(page, size)
    await expect(page.locator("html")).toHaveClass(/dark/)
    await noViolations(new AxeBuilder({ page }), `${address} dark`)
  }
})

test("every page: axe finds nothing on phone and desktop, in both themes", { tag: "@thorough" }, async ({ page, api }) => {
  test.setTimeout(1_200_000)
  for (const address of await addresses(api)) {
    await page.emulateMedia({ colorScheme: "light" })
    await open(page, address)
    await fits(page, wide)
    for (const size of [phone, desktop]) {
      await fits(page, size)
      await noViolations(new AxeBuilder({ page }), `${address} ${size.width}`)
    }
    // The theme changes colours, not places.
    await page.emulateMedia({ colorScheme: "dark" })
    await expect(page.locator("html")).toHaveClass(/dark/)
    await noViolations(new AxeBuilder({ page }).withRules("color-contrast"), `${address} dark`)
  }
})

/** Every page of the dashboard: those that a newcomer sees until the result of a run, then the others, also empty and without such a thing. */
async function addresses(api: Api): Promise<string[]> {
  const done = await api.launch("market-clerk", "demo/novice", { num_examples: 6, rollouts_per_example: 3 })
  const other = await api.launch("market-clerk", "demo/scholar", { num_examples: 6, rollouts_per_example: 3 })
  const failed = await api.launch("word-arithmetic", "demo/novice", { env_args: { split: "nowhere" } })
  await Promise.all([api.ended(done), api.ended(other), api.ended(failed)])
  const { samples } = await api.get(`/evaluations/${done}/sample-summaries?limit=1`)
  const link = new URL((await api.post(`/evaluations/${done}/shares`, { samples: true, logs: true })).url).pathname
  const shared = [link, `${link}/samples`, `${link}/samples/${samples[0].sample_id}`, `${link}/logs`, "/s/no-such-link"]
  const environment = "/dashboard/environments/local/market-clerk"
  const run = `/dashboard/evaluations/${done}`
  return [
    "/dashboard",
    "/dashboard",
    "/dashboard/environments",
    environment,
    `${environment}/evaluations`,
    `${environment}/evaluations/new?model=demo%2Fnovice`,
    "/dashboard/evaluations",
    run,
    `${run}/samples`,
    `${run}/samples/${samples[0].sample_id}`,
    `${run}/logs`,
    `${run}/report`,
    `/dashboard/evaluations/${failed}`,
    `/dashboard/evaluations/compare?runs=${done},${other}&example=0`,
    "/dashboard/models",
    "/dashboard/settings",
    "/dashboard/settings/compute",
    "/dashboard/settings/notifications",
    "/dashboard/settings/instances",
    "/dashboard/models",
    ...shared,
    "/login",
    "/login/join/no-such-link",
    "/login/reset/no-such-link",
    "/dashboard/settings/people",
    "/dashboard/settings/audit",
    "/dashboard/settings/directory",
    `/dashboard/evaluations/${failed}/report`,
    "/dashboard/environments?q=nothing-is-called-this",
    `${environment}/evaluations/new`,
    `${environment}/files`,
    `${environment}/files?path=market_clerk.py`,
    `${environment}/dataset`,
    `${environment}/versions`,
    `${environment}/checks`,
    `${environment}/settings`,
    "/dashboard/environments/local/no-such-environment",
    "/dashboard/evaluations?search=nothing-is-called-this",
    "/dashboard/evaluations/no-such-run",
    "/dashboard/evaluations/compare",
    `/dashboard/evaluations/compare?runs=${done},no-such-run`,
    `${run}/logs?q=rollouts`,
    `${run}/review?blind=true`,
    "/dashboard/usage",
    "/dashboard/tokens/challenge",
    "/dashboard/tokens/challenge?code=NOSUCHCD",
    "/docs",
    "/docs/api",
    "/docs/operations",
    "/no-such-page",
  ]
}

async function open(page: Page, address: string) {
  await page.goto(address)
  await page.waitForLoadState("load")
  await expect(page.getByRole("heading", { level: 1 }).first(), address).toBeVisible()
}

async function fits(page: Page, size: { width: number; height: number }) {
  await page.setViewportSize(size)
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(sideways, `${page.url()} ${size.width}`).toBeLessThanOrEqual(0)
}

async function noViolations(axe: AxeBuilder, where: string) {
  const { violations } = await axe.analyze()
  expect(
    violations.map((violation) => `${where}: ${violation.id} ${violation.nodes[0]?.target}`),
    where,
  ).toEqual([])
}
