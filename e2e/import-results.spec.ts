import AxeBuilder from "@axe-core/playwright"
import { expect, test } from "./story.ts"

const log = "backend/services/evaluations/imports/fixtures/sums.eval"

test("results made elsewhere are imported from the list of evaluations, by keyboard, and what is wrong with a file is named", async ({
  page,
}) => {
  await page.goto("/dashboard/evaluations")
  await page.getByRole("button", { name: "Import results" }).press("Enter")
  const dialog = page.getByRole("dialog", { name: "Import results" })
  const submit = dialog.getByRole("button", { name: "Import", exact: true })
  await submit.press("Enter")
  await expect(dialog.getByText("Choose a file first.")).toBeVisible()
  await dialog.getByLabel("File").setInputFiles("package.json")
  await submit.press("Enter")
  await expect(dialog.getByRole("alert")).toContainText("The file is no zip archive")
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme })
    expect((await new AxeBuilder({ page }).include("dialog").analyze()).violations).toEqual([])
  }
  await dialog.getByLabel(/^File/).setInputFiles(log)
  await dialog.getByRole("textbox", { name: "Name" }).fill("Sums of elsewhere")
  await submit.press("Enter")
  await expect(page.getByRole("heading", { name: "Sums of elsewhere" })).toBeVisible()
  await expect(page).toHaveURL(/\/dashboard\/evaluations\/[a-z0-9]{20,}$/)
  await expect(page.getByText(/over \d+ examples? × \d+ rollouts?\./)).toBeVisible()
})
