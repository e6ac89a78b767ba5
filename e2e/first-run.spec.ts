import { expect, test } from "./story.ts"

test("a newcomer evaluates an environment: environment, model, configuration, runs list, run page, sample, log", async ({ page, api }) => {
  // The checks install what the sample environments need, the first time from the package index.
  test.setTimeout(360_000)
  await page.goto("/")
  await expect(page).toHaveURL(/\/dashboard$/)
  await page.getByRole("link", { name: "Run an evaluation" }).click()
  await expect(page).toHaveURL(/\/dashboard\/environments$/)
  await expect(page.getByText("Check passed").filter({ visible: true })).toHaveCount(5, { timeout: 240_000 })
  await page.getByRole("link", { name: "local/word-arithmetic" }).click()
  await expect(page.getByRole("heading", { name: "word-arithmetic", level: 1 })).toBeVisible()
  await expect(page.getByText("difficulty").first()).toBeVisible()
  await page
    .getByRole("link", { name: /^Evaluations/ })
    .last()
    .click()
  await expect(page).toHaveURL(/\/word-arithmetic\/evaluations$/)
  await page.getByRole("link", { name: "Run Hosted Evaluation" }).first().click()
  // The list of runs, which is left here, has a filter that is called "Model", too.
  await expect(page).toHaveURL(/\/evaluations\/new$/)

  await page.getByRole("combobox", { name: "Model" }).fill("appren")
  await page.keyboard.press("Enter")
  await page.getByLabel("Number of examples").fill("20")
  await page.getByLabel("Rollouts per example").fill("2")
  await expect(page.getByText("20 examples × 2 rollouts = 40 rollouts").first()).toBeVisible()
  await page.getByRole("button", { name: "Run Evaluation" }).click()

  await expect(page).toHaveURL(/\/evaluations\?started=/)
  const id = new URL(page.url()).searchParams.get("started") as string
  const row = page.getByRole("row").filter({ hasText: "demo/apprentice" }).first()
  await expect(row).toBeVisible()
  // Everything from here on comes by itself: the page is not reloaded.
  await expect(row.getByText("Completed")).toBeVisible({ timeout: 90_000 })

  const run = await api.get(`/evaluations/${id}`)
  const { samples } = await api.get(`/evaluations/${id}/samples?limit=1000`)
  expect(samples).toHaveLength(40)
  const mean = samples.reduce((sum: number, sample: { reward: number }) => sum + sample.reward, 0) / 40
  expect(run.avg_score).toBeCloseTo(mean, 12)
  const shown = String(Number(mean.toPrecision(4)))
  await expect(row.getByText(shown)).toBeVisible()

  await row.getByRole("link").first().click()
  await expect(page).toHaveURL(new RegExp(`/dashboard/evaluations/${id}$`))
  await expect(page.getByText(shown).filter({ visible: true }).first()).toBeVisible()
  await page.getByRole("link", { name: /^Samples/ }).click()
  await expect(page.getByRole("list", { name: "Examples" }).locator("> li")).toHaveCount(20)
  await page.getByRole("link", { name: "All samples" }).click()
  await expect(page.getByRole("row")).toHaveCount(41)
  await page.getByRole("row").nth(1).getByRole("link").first().click()
  await expect(
    page
      .getByText(/system/i)
      .filter({ visible: true })
      .first(),
  ).toBeVisible()
  await expect(
    page
      .getByText(/exact_answer/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible()

  await page.goto(`/dashboard/evaluations/${id}/logs`)
  await expect(page.getByText("Finished: 40 rollouts, 0 with errors")).toBeVisible()
})

test("a run is followed live on its own page, and stopped from its row", async ({ page, api }) => {
  const id = await api.launch("number-hunt", "demo/scholar", { num_examples: 60, rollouts_per_example: 4, max_concurrent: 4 })
  await page.goto(`/dashboard/evaluations/${id}`)
  await expect(page.getByText(/of 240 rollouts/).first()).toBeVisible({ timeout: 60_000 })
  await expect
    .poll(async () => Number(/(\d+) of 240/.exec((await page.textContent("main")) ?? "")?.[1] ?? 0), { timeout: 60_000 })
    .toBeGreaterThan(3)
  await page.goto("/dashboard/evaluations")
  const row = page.getByRole("row").filter({ hasText: "number-hunt" }).first()
  await row.getByRole("button", { name: /^Actions of/ }).click()
  await page.getByRole("menuitem", { name: "Stop…" }).click()
  await page.getByRole("dialog").getByRole("button", { name: /Stop/ }).click()
  await expect(row.getByText(/Cancelled|Stopped/)).toBeVisible({ timeout: 10_000 })
  const run = await api.ended(id)
  expect(run.status).toBe("CANCELLED")
  expect(run.total_samples).toBeGreaterThan(3)
  await page.goto(`/dashboard/evaluations/${id}`)
  await expect(page.getByText("The run was stopped", { exact: true })).toBeVisible()
})

test("a run that fails says why and where, and leads to the form to do it better", async ({ page, api }) => {
  const id = await api.launch("word-arithmetic", "demo/novice", { env_args: { difficulty: "impossible" } })
  await api.ended(id)
  await page.goto(`/dashboard/evaluations/${id}`)
  await expect(page.getByRole("heading", { name: "The environment could not be loaded" })).toBeVisible()
  await expect(page.getByText(/^word_arithmetic\.py:\d+$/)).toBeVisible()
  await expect(
    page
      .getByText(/impossible/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible()
  await page.getByRole("link", { name: "Run again with other arguments" }).click()
  await expect(page.getByRole("heading", { name: "Configure the evaluation" })).toBeVisible()
  await expect(page.getByText(/Filled in from the run/)).toBeVisible()
})

test("nothing on a run's page moves while it is live", { tag: "@story" }, async ({ page, api }) => {
  const id = await api.launch("number-hunt", "demo/apprentice", { num_examples: 40, rollouts_per_example: 2, max_concurrent: 8 })
  await page.addInitScript(() => {
    const shifts: number[] = []
    Object.assign(window, { layoutShifts: shifts })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
        if (!entry.hadRecentInput) shifts.push(entry.value)
    }).observe({ type: "layout-shift", buffered: true })
  })
  await page.goto(`/dashboard/evaluations/${id}`)
  await api.ended(id)
  await expect(page.getByText("Completed").first()).toBeVisible()
  const moved = await page.evaluate(() =>
    (window as unknown as { layoutShifts: number[] }).layoutShifts.reduce((sum, value) => sum + value, 0),
  )
  expect(moved).toBeLessThan(0.1)
})
