import { expect, test } from "./story.ts"

test("two models are compared: what can be said, the examples that changed, and two rollouts where they part", { tag: "@story" }, async ({
  page,
  api,
}) => {
  const size = { num_examples: 24, rollouts_per_example: 2 }
  const [base, run] = await Promise.all([
    api.launch("word-arithmetic", "demo/novice", size),
    api.launch("word-arithmetic", "demo/scholar", size),
  ])
  await Promise.all([api.ended(base), api.ended(run)])

  await page.goto(`/dashboard/evaluations/${base}`)
  await page.getByRole("button", { name: "More" }).click()
  await page.getByRole("menuitem", { name: "Compare" }).click()
  await expect(page.getByRole("heading", { name: "Choose a run to compare" })).toBeVisible()
  await page.locator(`a[href*="${run}"]`).click()
  await expect(page).toHaveURL(new RegExp(`runs=${base},${run}`))

  const compared = await api.get(`/evaluations/compare?runs=${base},${run}`)
  const against = compared.runs[1].against_baseline
  expect(against).toMatchObject({ verdict: "better", examples: 24 })
  await expect(page.getByRole("heading", { name: /^scholar is better than novice by/ })).toBeVisible()
  await expect(page.getByText(/Paired over the same 24 examples: difference \+/)).toBeVisible()
  await expect(page.getByText("What differs")).toBeVisible()

  await page.getByRole("link", { name: `${against.improved} improved` }).click()
  await expect(page).toHaveURL(/show=improved/)
  const examples = page.getByRole("list", { name: "Examples" }).getByRole("link", { name: /^Example/ })
  await expect(examples).toHaveCount(against.improved)

  await examples.first().click()
  await expect(page).toHaveURL(/example=/)
  await expect(page.getByText(/Here they part|They part at the first message/)).toBeVisible()
  const { examples: listed } = await api.get(`/evaluations/compare/examples?runs=${base},${run}&show=improved`)
  const ids = listed[0].runs.flatMap((one: { rollouts: { sample_id: string }[] }) => one.rollouts.map(({ sample_id: id }) => id))
  const links = page.getByRole("link", { name: "Open the sample" })
  await expect(links).toHaveCount(2)
  for (const link of await links.all()) expect(ids).toContain((await link.getAttribute("href"))?.split("/").at(-1))
  await expect(page.locator("ins").first()).toBeVisible()

  await page.getByRole("button", { name: "Gate command" }).click()
  await expect(page.getByRole("group", { name: "gate command" })).toContainText(`runs=${base},${run}&fail_on=worse`)
})
