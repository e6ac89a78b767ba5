import { expect, test } from "./story.ts"

test("samples are reviewed from the queue by keyboard, and the run says how far people and the reward agree", { tag: "@story" }, async ({
  page,
  api,
}) => {
  const id = await api.launch("word-arithmetic", "demo/apprentice", { num_examples: 6, rollouts_per_example: 1 })
  await api.ended(id)
  await page.goto(`/dashboard/evaluations/${id}`)
  await page.getByRole("button", { name: "More" }).press("Enter")
  await page.getByRole("menuitem", { name: "Review samples" }).press("Enter")
  // The queue leads to the first sample that was drawn.
  await expect(page).toHaveURL(/\/samples\/[^?]+\?queue=/)

  const rate = ["1", "3", "1", "1", "2", "1"]
  for (const [rated, key] of rate.entries()) {
    await expect(page.getByText(`${rated} of 6 drawn samples rated`)).toBeVisible()
    await expect(page.getByRole("button", { name: "Skip" })).toBeVisible()
    await page.keyboard.press(key)
    await expect(page.getByRole("button", { name: "Save and next" })).toBeVisible()
    await page.keyboard.press("s")
  }
  await page.getByRole("link", { name: "What the ratings say" }).click()
  const section = page.getByRole("region", { name: "Human review" })
  const summary = await api.get(`/evaluations/${id}/reviews/summary`)
  expect(summary).toMatchObject({ rated: 6, drawn: 6, skipped: 0 })
  const agreed = Math.round(summary.agreement.agree * 6)
  await expect(section).toContainText(`People and the reward agree on ${agreed} of 6 rated samples.`)
})

test("several models are run from a preset, compared at once, and one run is scored again with another weight", { tag: "@story" }, async ({
  page,
  api,
}) => {
  await page.goto("/dashboard/environments/local/word-arithmetic/evaluations/new?model=demo%2Fnovice")
  await page.getByLabel("Number of examples").fill("5")
  await page.getByLabel("Rollouts per example").fill("2")
  await page.getByRole("button", { name: "Presets and recent" }).click()
  await page.getByRole("menuitem", { name: "Save this configuration…" }).click()
  await page.getByRole("dialog").getByLabel("Name").fill("five twice")
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click()
  await expect(page.getByRole("dialog")).toBeHidden()

  await page.goto("/dashboard/environments/local/word-arithmetic/evaluations/new")
  await page.getByRole("checkbox", { name: "Several models" }).check()
  await page.getByRole("option", { name: /demo\/novice/ }).click()
  await page.getByRole("option", { name: /demo\/scholar/ }).click()
  await page.getByRole("button", { name: "Continue with 2 models" }).click()
  await page.getByRole("button", { name: "Presets and recent" }).click()
  await page.getByRole("menuitem", { name: /five twice/ }).click()
  await expect(page.getByLabel("Number of examples")).toHaveValue("5")
  await page.getByRole("button", { name: "Run 2 Evaluations" }).click()
  await expect(page).toHaveURL(/\/evaluations\/compare\?runs=/)
  const ids = (new URL(page.url()).searchParams.get("runs") ?? "").split(",") as [string, string]
  expect(ids).toHaveLength(2)
  const runs = await Promise.all(ids.map((one) => api.ended(one)))
  expect(runs.map((run) => [run.status, run.total_samples])).toEqual(Array(2).fill(["COMPLETED", 10]))

  await page.goto(`/dashboard/evaluations/${ids[1]}`)
  await page.getByRole("button", { name: "More" }).click()
  await page.getByRole("menuitem", { name: "Score again" }).click()
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("exact_answer").fill("0.4")
  await dialog.getByRole("button", { name: "Score again" }).click()
  await expect(page).not.toHaveURL(new RegExp(ids[1]))
  await expect(page).toHaveURL(/\/dashboard\/evaluations\/[0-9a-z]+$/)
  const again = await api.ended(page.url().split("/").at(-1) as string)
  expect(again).toMatchObject({ status: "COMPLETED", total_samples: 10, scores_of: { evaluation_id: ids[1] } })
  // Its weight was 0.8.
  const { samples } = await api.get(`/evaluations/${ids[1]}/samples?limit=100`)
  const exact = samples.reduce((sum: number, sample: any) => sum + sample.metrics.exact_answer, 0) / 10
  expect(exact).toBeGreaterThan(0)
  expect(again.avg_score).toBeCloseTo((runs[1]?.avg_score ?? 0) - 0.4 * exact, 9)
})
