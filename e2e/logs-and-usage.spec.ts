import { expect, test } from "./story.ts"

test("a log is searched, gone through hit by hit, linked to and downloaded", { tag: "@story" }, async ({ page, api }) => {
  const id = await api.launch("market-clerk", "demo/novice")
  await api.ended(id)
  await page.goto(`/dashboard/evaluations/${id}/logs`)
  const log = page.getByRole("region", { name: "Log" })
  await expect(log).toContainText("Finished: 8 rollouts")

  await page.getByLabel("Search the log").fill("ENVIRONMENT")
  await expect(page).toHaveURL(/q=ENVIRONMENT/)
  const hits = page.getByRole("status").filter({ hasText: /hits?$/ })
  await expect(hits).toHaveText(/^\d+ hits$/)
  const count = Number(/\d+/.exec((await hits.textContent()) ?? "")?.[0])
  expect(count).toBeGreaterThan(1)
  await expect(log.locator("mark")).toHaveCount(count)
  await page.getByRole("button", { name: "Next hit" }).click()
  await expect(hits).toHaveText(`1 of ${count} hits`)
  await page.getByRole("button", { name: "Previous hit" }).click()
  await expect(hits).toHaveText(`${count} of ${count} hits`)

  const line = Number(/#L(\d+)$/.exec(page.url())?.[1])
  await page.getByRole("button", { name: "Show the lines between" }).click()
  await expect(log).toContainText("Finished: 8 rollouts")
  await expect(page.getByRole("button", { name: `Copy the link to line ${line}` })).toBeVisible()

  await page.getByLabel("Stream").selectOption("Python loggers")
  await expect(page).toHaveURL(/stream=log/)
  const download = page.waitForEvent("download")
  await page.getByRole("button", { name: "Download" }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe(`${id}.log`)
  const text = await (await page.request.get(file.url())).text()
  expect(
    text
      .trim()
      .split("\n")
      .every((one) => /environment/i.test(one)),
  ).toBe(true)

  await page.goto(`/dashboard/evaluations/${id}/logs#L2`)
  await expect(page.getByRole("button", { name: "Copy the link to line 2" })).toBeVisible()
})

test("the usage page shows what was spent, and a budget is set, refuses and is taken away", { tag: "@story" }, async ({ page, api }) => {
  const id = await api.launch("market-clerk", "demo/scholar")
  await api.ended(id)
  await page.goto("/dashboard/usage")
  await expect(page.getByRole("region", { name: "Table: by model" })).toContainText("demo/scholar")
  await expect(page.getByRole("region", { name: "Table: by environment" })).toContainText("local/market-clerk")

  const budget = page.getByLabel("US dollars per month")
  await budget.fill("lots")
  await page.getByRole("button", { name: "Change" }).click()
  await expect(page.getByText("A number from 0 to 1,000,000, or nothing for no limit.")).toBeVisible()
  await budget.fill("0.000001")
  await page.getByRole("button", { name: "Change" }).click()
  await expect(page.getByText(/the budget is used up/)).toBeVisible()

  try {
    await page.goto("/dashboard/environments/local/market-clerk/evaluations/new?model=demo%2Fscholar")
    await expect(page.getByRole("definition").filter({ hasText: /≈ \$.* tokens/ })).toBeVisible()
    await expect(page.getByText(/from (an earlier run|\d+ earlier runs)/).first()).toBeVisible()
    await page.getByRole("button", { name: "Run Evaluation" }).click()
    await expect(page.getByText(/Your budget of .* is used up.*Raise it under Usage/)).toBeVisible()
  } finally {
    // Other stories launch runs, too.
    await page.goto("/dashboard/usage")
    await page.getByLabel("US dollars per month").fill("")
    await page.getByRole("button", { name: "Change" }).click()
  }
  await expect(page.getByText(/There is no budget\./)).toBeVisible()
})
