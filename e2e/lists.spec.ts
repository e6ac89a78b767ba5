import { type Api, expect, test } from "./story.ts"

/** A run that was uploaded and has ended. */
async function upload(api: Api, name: string): Promise<string> {
  const { evaluation_id: id } = await api.post("/evaluations/", { name, run_id: name, model_name: "lists/model" })
  await api.post(`/evaluations/${id}/samples`, {
    samples: Array.from({ length: 8 }, (_, i) => ({ example_id: i, reward: i % 2, metrics: { exact: i % 2 } })),
  })
  await api.post(`/evaluations/${id}/finalize`, {})
  return id
}

test("runs are tagged, starred, compared, archived and deleted in the list, and found from anywhere", async ({ page, api }) => {
  const [first, second, third] = [await upload(api, "oak"), await upload(api, "birch"), await upload(api, "cedar")]
  await page.goto("/dashboard/evaluations?model=lists/model")
  const row = (name: string) => page.getByRole("row").filter({ hasText: name })
  const act = async (name: string, action: string) => {
    await row(name)
      .getByRole("button", { name: /^Actions of/ })
      .click()
    await page.getByRole("menuitem", { name: action }).click()
  }
  await expect(row("oak").getByRole("img", { name: /^Reward of .*: mean 0.5, 95 % interval/ })).toBeVisible()

  await act("oak", "Tags…")
  await page.getByLabel("Add a tag").fill("grove")
  await page.getByRole("button", { name: "Add" }).click()
  await expect(page.getByRole("button", { name: "Remove grove" })).toBeVisible()
  await page.getByRole("button", { name: "Done" }).click()
  await act("birch", "Star")
  await expect(row("birch").getByRole("img", { name: "starred" })).toBeVisible()
  await page.getByRole("link", { name: "Starred" }).click()
  await expect(row("birch")).toBeVisible()
  await expect(row("oak")).toHaveCount(0)
  await page.goto("/dashboard/evaluations?tag=grove")
  await expect(row("oak")).toBeVisible()
  await expect(row("birch")).toHaveCount(0)

  await page.goto("/dashboard/evaluations?model=lists/model&columns=metric:exact")
  await expect(page.getByRole("columnheader", { name: "exact" })).toBeVisible()
  await row("oak").getByRole("checkbox").check()
  await row("birch").getByRole("checkbox").check()
  const comparison = page.getByRole("link", { name: "Compare 2" })
  await expect(comparison).toHaveAttribute("href", `/dashboard/evaluations/compare?runs=${second},${first}`)

  await page.goto("/dashboard/evaluations?model=lists/model")
  await act("cedar", "Archive")
  await expect(row("cedar")).toHaveCount(0)
  expect((await api.get("/evaluations/?model=lists/model&archived=true")).evaluations[0].evaluation_id).toBe(third)
  await page.getByRole("button", { name: "Undo" }).click()
  await expect(row("cedar")).toBeVisible()

  await act("cedar", "Delete")
  await expect(row("cedar")).toHaveCount(0)
  await page.getByRole("button", { name: "Undo" }).click()
  await expect(row("cedar")).toBeVisible()
  await act("cedar", "Delete")
  await expect(row("cedar")).toHaveCount(0)
  // Leaving the dashboard sends what was held back.
  await page.goto("/docs")
  await expect.poll(async () => (await api.get("/evaluations/?model=lists/model")).total).toBe(2)

  await page.goto("/dashboard/usage")
  await page.keyboard.press("Control+k")
  await page.getByRole("combobox", { name: "Go to" }).fill("birch")
  await expect(page.getByRole("option", { name: /birch/ })).toBeVisible()
  await page.keyboard.press("Enter")
  await expect(page).toHaveURL(new RegExp(`/dashboard/evaluations/${second}$`))
})
