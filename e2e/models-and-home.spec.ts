import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, test } from "./story.ts"

let server: Server
let address = ""
test.beforeAll(async () => {
  server = createServer((request, response) => {
    response.setHeader("content-type", "application/json")
    if (request.headers.authorization !== "Bearer sk-good-good-good") {
      response.statusCode = 401
      return response.end(JSON.stringify({ error: { message: "Incorrect API key" } }))
    }
    response.end(JSON.stringify({ data: [{ id: "alpha" }, { id: "beta" }] }))
  }).listen(0, "127.0.0.1")
  await new Promise((resolve) => server.once("listening", resolve))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
})
test.afterAll(() => server.close())

test("a person adds a provider, marks a favourite, finds it first in the launch form, and deletes the provider", async ({ page }) => {
  await page.goto("/dashboard/models")
  await page.getByRole("button", { name: "Add a provider" }).click()
  await page.getByLabel("Name").fill("Story lab")
  await page.getByLabel("Address").fill(address)
  await page.getByLabel("Key").fill("sk-wrong")
  await page.getByRole("button", { name: "Test" }).click()
  await expect(page.getByText("refused the key (401): Incorrect API key.")).toBeVisible()
  await page.getByLabel("Key").fill("sk-good-good-good")
  await page.getByRole("button", { name: "Test" }).click()
  await expect(page.getByText("it lists 2 models")).toBeVisible()
  await page.getByRole("button", { name: "Add", exact: true }).click()
  await expect(page.getByText("story-lab/alpha")).toBeVisible()
  await page.getByRole("button", { name: "Favourite story-lab/beta" }).click()
  await expect(page.getByRole("button", { name: "Favourite story-lab/beta" })).toHaveAttribute("aria-pressed", "true")

  await page.goto("/dashboard/environments/local/word-arithmetic/evaluations/new")
  await expect(page.getByRole("option").first()).toContainText("story-lab/beta")

  await page.goto("/dashboard/models")
  await page.getByRole("button", { name: "Favourite story-lab/beta" }).click()
  await page.getByRole("button", { name: "Delete Story lab" }).click()
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click()
  await expect(page.getByText("story-lab/alpha")).toBeHidden()
})

test("home shows what came out, and its steps follow what there is", { tag: "@story" }, async ({ page, api }) => {
  const id = await api.launch("word-arithmetic", "demo/novice")
  await api.ended(id)
  await page.goto("/dashboard")
  const latest = page.getByRole("table", { name: "Latest results" })
  await expect(latest.locator(`a[href$="${id}"]`)).toBeVisible()
  await expect(page.getByRole("heading", { name: "Run it (done)" })).toBeVisible()
  await latest.locator(`a[href$="${id}"]`).click()
  await expect(page).toHaveURL(new RegExp(`/evaluations/${id}`))
})
