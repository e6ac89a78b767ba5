import { expect, test } from "./story.ts"

test("a run is shared by a link that opens without an account and without a script, shows what it was made for, and is revoked", async ({
  page,
  api,
  browser,
}) => {
  const id = await api.launch("market-clerk", "demo/apprentice", { num_examples: 3, rollouts_per_example: 2 })
  const run = await api.ended(id)
  await page.goto(`/dashboard/evaluations/${id}`)
  await page.getByRole("button", { name: "Share" }).press("Enter")
  const dialog = page.getByRole("dialog", { name: "Share this evaluation" })
  await dialog.getByLabel("Show the samples").check()
  await dialog.getByRole("button", { name: "Make a link" }).click()
  await expect(dialog.getByText("Shows results, samples")).toBeVisible()
  const { shares } = await api.get(`/evaluations/${id}/shares`)
  const { url } = shares[0]

  const context = await browser.newContext({ javaScriptEnabled: false })
  const reader = await context.newPage()
  await reader.goto(url)
  await expect(reader).toHaveTitle(/^demo\/apprentice on market-clerk@/)
  await expect(reader.getByRole("heading", { level: 2 }).first()).toHaveText(
    `Scores ${Number((run.avg_score ?? 0).toPrecision(4))} on average`,
  )
  await expect(reader.getByRole("link", { name: "Log" })).toHaveCount(0)
  await reader.getByRole("link", { name: "Samples" }).click()
  await expect(reader.getByRole("list").getByRole("link", { name: /rollout/ })).toHaveCount(6)
  await reader
    .getByRole("link", { name: /rollout 1/ })
    .first()
    .click()
  await expect(reader.getByText("assistant", { exact: true }).first()).toBeVisible()
  await reader.goto(`${url}/logs`)
  await expect(reader.getByRole("heading", { name: "This link opens nothing" })).toBeVisible()
  const picture = await reader.request.get(`${url}/opengraph-image`)
  expect([picture.status(), picture.headers()["content-type"]]).toEqual([200, "image/png"])
  for (const picture of ["badge", "card"])
    expect(await (await reader.request.get(`${url}/${picture}.svg`)).text()).toContain("demo/apprentice on market-clerk")

  await dialog.getByRole("button", { name: "Revoke" }).click()
  await expect(dialog.getByText("Shows results, samples")).toBeHidden()
  await reader.goto(url)
  await expect(reader.getByRole("heading", { name: "This link opens nothing" })).toBeVisible()

  await dialog.getByLabel("Password").fill("open sesame")
  await dialog.getByRole("button", { name: "Make a link" }).click()
  await expect(dialog.getByText("asks for a password")).toBeVisible()
  const closed = (await api.get(`/evaluations/${id}/shares`)).shares[0].url
  await reader.goto(`${closed}/samples`)
  await reader.getByLabel("Password").fill("sesame open")
  await reader.getByRole("button", { name: "Open" }).click()
  await expect(reader.getByText("This is not the password of the link.")).toBeVisible()
  await reader.getByLabel("Password").fill("open sesame")
  await reader.getByRole("button", { name: "Open" }).click()
  await expect(reader).toHaveTitle(/^demo\/apprentice on market-clerk@/)
  await context.close()
})
