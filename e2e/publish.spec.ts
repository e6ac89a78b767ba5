import { expect, test } from "./story.ts"

test("an environment starts from a template in the browser, is edited, published and checked, and a model is run on it", {
  tag: "@story",
}, async ({ page, api }) => {
  test.setTimeout(240_000)
  // Of this run alone: the same content cannot be published twice, and what an earlier run has left may be there.
  const name = `questions-${Date.now().toString(36)}`
  const module = name.replaceAll("-", "_")
  await page.goto("/dashboard/environments")
  await page.getByRole("button", { name: "Publish an environment" }).click()
  const dialog = page.getByRole("dialog", { name: "Publish an environment" })
  await dialog.getByText("Or start from a template").click()
  await dialog.getByLabel("Name of the environment").fill(name)
  await dialog.getByRole("button", { name: "Show the files" }).click()
  const code = dialog.getByLabel(`${module}.py`)
  const text = await code.inputValue()
  await code.fill(text.replace(/\n\s+\{"question": "(How|Which|Spell)[^\n]*/g, ""))
  await dialog.getByRole("button", { name: "Make the package" }).click()
  await expect(dialog.getByText(`${module}-0.1.0-py3-none-any.whl`)).toBeVisible()
  await dialog.getByRole("button", { name: "Publish", exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`/environments/local/${name}$`))
  await expect(page.getByText("Check passed").filter({ visible: true }).first()).toBeVisible({ timeout: 90_000 })
  const { data } = await api.get(`/environmentshub/local/${name}/@latest`)
  expect(data).toMatchObject({ dataset_size: 2, arguments: [{ name: "shout", type: "boolean", default: false }] })
  const id = await api.launch(name, "demo/scholar", { num_examples: 2, rollouts_per_example: 1 })
  expect(await api.ended(id)).toMatchObject({ status: "COMPLETED", total_samples: 2 })
})
