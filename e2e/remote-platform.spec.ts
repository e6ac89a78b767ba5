import { expect, test } from "./story.ts"

test("the same dashboard shows and drives another platform over HTTP", async ({ page, api }, info) => {
  const remote = info.config.metadata.remoteUrl as string
  await page.goto(`${remote}/dashboard/environments`)
  await expect(page.getByText("word-arithmetic").first()).toBeVisible()
  await page.goto(`${remote}/dashboard/environments/local/word-arithmetic/evaluations/new?model=demo%2Fapprentice`)
  await page.getByLabel("Number of examples").fill("3")
  await page.getByLabel("Rollouts per example").fill("2")
  await page.locator("summary").filter({ hasText: "Name and sampling" }).click()
  await page.getByLabel("Display name").fill("From afar")
  await page.getByRole("button", { name: "Run Evaluation" }).click()
  await expect(page).toHaveURL(/started=/)
  const row = page.getByRole("row").filter({ hasText: "From afar" }).first()
  await expect(row.getByText("Completed")).toBeVisible({ timeout: 60_000 })
  const id = new URL(page.url()).searchParams.get("started") as string
  expect(await api.get(`/evaluations/${id}`)).toMatchObject({ name: "From afar", total_samples: 6 })
  await page.goto(`${remote}/dashboard/evaluations/${id}/samples`)
  const examples = page.getByRole("list", { name: "Examples", exact: true }).locator("> li")
  await expect(examples).toHaveCount(3)
  await examples.first().getByRole("link").first().click()
  await expect(
    page
      .getByText(/exact_answer/)
      .filter({ visible: true })
      .first(),
  ).toBeVisible()
  // The key of the other platform stays on the server.
  expect(await page.content()).not.toContain(info.config.metadata.apiKey)
})
