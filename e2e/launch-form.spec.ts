import { expect, test } from "./story.ts"

const form = "/dashboard/environments/local/word-arithmetic/evaluations/new?model=demo%2Fnovice"

test("every field of the form reaches the run", async ({ page, api }) => {
  await page.goto(form)
  await page.getByLabel("Number of examples").fill("2")
  await page.getByLabel("Rollouts per example").fill("1")
  for (const part of ["Stop early", "Name and sampling", "Permissions", "Advanced"])
    await page.locator("summary").filter({ hasText: part }).click()
  await page.getByLabel("Display name").fill("Every field")
  await page.getByLabel("Temperature").fill("0.5")
  await page.getByLabel("Max tokens").fill("300")
  await page.getByLabel("difficulty").selectOption("easy")
  await page.getByLabel("seed", { exact: true }).fill("7")
  await page.getByLabel("Seed of the order").fill("5")
  await page.getByLabel("Allow sandbox access").check()
  await page.getByLabel("Allow tunnel access").check()
  await page.getByLabel("Timeout (minutes)").fill("150")
  await page.getByLabel("Max concurrent").fill("3")
  await page.getByLabel("Retries").fill("1")
  await page.getByLabel("Independent scoring").check()
  await page.getByLabel("Verbose log").check()
  await page.getByLabel("Sampling parameters (JSON)").fill('{"seed": 11, "top_p": 0.9}')
  await page.getByLabel("State columns").fill("trajectory_id")
  await page.getByRole("button", { name: /Add a? ?secret/i }).click()
  await page.getByLabel("Name of secret 1").fill("MY_TOKEN")
  await page.getByLabel("Value", { exact: true }).fill("not-to-be-seen")
  await page.getByRole("button", { name: "Run Evaluation" }).click()
  await expect(page).toHaveURL(/started=/)
  const run = await api.ended(new URL(page.url()).searchParams.get("started") as string)
  expect(run).toMatchObject({ status: "COMPLETED", name: "Every field", model_name: "demo/novice", total_samples: 2 })
  expect(run.eval_config).toMatchObject({
    num_examples: 2,
    rollouts_per_example: 1,
    env_args: { difficulty: "easy", seed: 7 },
    shuffle_seed: 5,
    sampling_args: { temperature: 0.5, max_tokens: 300, seed: 11, top_p: 0.9 },
    allow_sandbox_access: true,
    allow_tunnel_access: true,
    timeout_minutes: 150,
    max_concurrent: 3,
    max_retries: 1,
    independent_scoring: true,
    verbose: true,
    state_columns: ["trajectory_id"],
    custom_secrets: { MY_TOKEN: "$MY_TOKEN" },
  })
  await page.goto(`/dashboard/evaluations/${run.evaluation_id}`)
  expect(await page.content()).not.toContain("not-to-be-seen")
})

test("limits are shown at the field before anything is sent, and the first wrong field gets the focus", async ({ page }) => {
  await page.goto(form)
  await page.getByLabel("Rollouts per example").fill("2049")
  await page.getByLabel("Rollouts per example").blur()
  await expect(page.getByText(/2,?048/).first()).toBeVisible()
  await page.getByRole("button", { name: "Run Evaluation" }).click()
  await expect(page).toHaveURL(/evaluations\/new/)
  await expect(page.getByLabel("Rollouts per example")).toHaveAttribute("aria-invalid", "true")
  await expect(page.getByLabel("Rollouts per example")).toBeFocused()
})

test("a double click starts one run", async ({ page, api }) => {
  const before = (await api.get("/evaluations/?limit=1")).total
  await page.goto(form)
  await page.getByLabel("Number of examples").fill("1")
  await page.getByLabel("Rollouts per example").fill("1")
  await page.getByRole("button", { name: "Run Evaluation" }).dblclick()
  await expect(page).toHaveURL(/started=/)
  expect((await api.get("/evaluations/?limit=1")).total).toBe(before + 1)
})

test("the whole flow works with the keyboard alone", async ({ page }) => {
  await page.goto("/dashboard/environments/local/number-hunt/evaluations")
  const reach = async (name: RegExp) => {
    for (let i = 0; i < 80; i++) {
      await page.keyboard.press("Tab")
      const focused = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement | null
        return element?.getAttribute("aria-label") ?? element?.textContent ?? ""
      })
      if (name.test(focused)) return
    }
    throw new Error(`nothing named ${name} can be reached with the Tab key`)
  }
  await reach(/Run Hosted Evaluation/)
  await page.keyboard.press("Enter")
  await expect(page.getByRole("combobox", { name: "Model" })).toBeFocused()
  await page.keyboard.type("novice")
  await page.keyboard.press("Enter")
  await expect(page.getByLabel("Number of examples")).toBeVisible()
  await reach(/^Run Evaluation/)
  await page.keyboard.press("Enter")
  await expect(page).toHaveURL(/started=/)
})
