import { constants, generateKeyPairSync, privateDecrypt } from "node:crypto"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { expect, test } from "./story.ts"

test("prime login is approved in the browser, and the key that it hands out works", async ({ page, request, api }) => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  })
  const { challenge, status_auth_token } = await api.post("/auth_challenge/generate", { encryptionPublicKey: publicKey })
  const status = async () =>
    (
      await request.get(`/api/v1/auth_challenge/status?challenge=${challenge}`, {
        headers: { authorization: `Bearer ${status_auth_token}` },
      })
    ).json()
  expect(await status()).toMatchObject({ result: null })
  await page.goto(`/dashboard/tokens/challenge?code=${challenge}`)
  await page.getByRole("button", { name: "Approve" }).click()
  await expect(page.getByText("Approved: return to your terminal").filter({ visible: true }).first()).toBeVisible()
  const { result } = await status()
  const key = privateDecrypt(
    { key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" },
    Buffer.from(result, "base64"),
  ).toString()
  const whoami = await request.get("/api/v1/user/whoami", { headers: { authorization: `Bearer ${key}` } })
  expect(whoami.status()).toBe(200)
})

test("an API key is made once, shown once and revoked; a secret is kept and never shown", async ({ page, request }) => {
  await page.goto("/dashboard/settings")
  await page.getByRole("button", { name: "New key" }).click()
  const dialog = page.getByRole("dialog").filter({ visible: true })
  await dialog.getByLabel("Name").fill("story key")
  await dialog.getByRole("button", { name: "Create key" }).click()
  await expect(dialog).toContainText(/he_[A-Za-z0-9]{40}/)
  const value = /he_[A-Za-z0-9]{40}/.exec((await dialog.textContent()) ?? "")?.[0] ?? ""
  expect(value).not.toBe("")
  const ask = () => request.get("/api/v1/user/whoami", { headers: { authorization: `Bearer ${value}` } })
  expect((await ask()).status()).toBe(200)
  await dialog.getByRole("button", { name: "Done" }).last().click()
  await page.getByRole("button", { name: "Revoke story key" }).click()
  await page
    .getByRole("dialog")
    .filter({ visible: true })
    .getByRole("button", { name: /Revoke/ })
    .click()
  await expect(page.getByRole("button", { name: "Revoke story key" })).toHaveCount(0)
  expect((await ask()).status()).toBe(401)

  await page.getByRole("button", { name: "New secret" }).click()
  const form = page.getByRole("dialog").filter({ visible: true })
  await form.getByLabel("Name").fill("STORY_KEY")
  await form.getByLabel("Value", { exact: true }).fill("never to be read back")
  await form.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("STORY_KEY").first()).toBeVisible()
  await page.reload()
  await expect(page.getByText("STORY_KEY").first()).toBeVisible()
  expect(await page.content()).not.toContain("never to be read back")
})

test("the index of the settings leads to each part of the page, and to the other pages", async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto("/dashboard/settings")
  const parts = page.getByRole("list", { name: "On this page" }).getByRole("link")
  const names = await parts.allTextContents()
  const headings = await page.locator("main section h2").allTextContents()
  expect(names).toEqual(headings)
  for (const name of names) {
    await parts.filter({ hasText: name }).click()
    await expect(page.locator(":target")).toHaveText(name)
    await expect(page.locator(":target")).toBeInViewport()
  }
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(parts.first()).toBeHidden()
  await page.getByRole("list", { name: "Other pages" }).getByRole("link", { name: "Audit log" }).click()
  await expect(page.getByRole("heading", { level: 1, name: "Audit log" })).toBeVisible()
})

test("an environment shows its dataset, files, versions and checks, and keeps its own variables", async ({ page, api }) => {
  await page.goto("/dashboard/environments/local/market-clerk/files?path=market_clerk.py")
  await expect(page.getByText("def load_environment").first()).toBeVisible()
  await page.goto("/dashboard/environments/local/market-clerk/versions")
  await expect(page.getByText("0.1.0").filter({ visible: true }).first()).toBeVisible()
  // The address that checks had before.
  await page.goto("/dashboard/environments/local/market-clerk/actions")
  await expect(page).toHaveURL(/\/market-clerk\/checks$/)
  await page.locator('a[href*="/market-clerk/checks/"]').filter({ visible: true }).first().click()
  await expect(page.getByText("The environment installs and loads").first()).toBeVisible()
  await page.goto("/dashboard/environments/local/market-clerk/dataset")
  const example = page
    .getByRole("listitem")
    .filter({ has: page.locator("summary") })
    .first()
  await example.locator("summary").click()
  await expect(example.getByText("user", { exact: true })).toBeVisible()
  await page.getByRole("searchbox", { name: "Search examples" }).fill("no example has these words")
  await expect(page.getByText("No example has this text")).toBeVisible()
  await page.goto("/dashboard/environments/local/market-clerk/settings")
  await page.getByRole("button", { name: "New variable" }).click()
  const form = page.getByRole("dialog").filter({ visible: true })
  await form.getByLabel("Name").fill("LEVEL")
  await form.getByLabel("Value", { exact: true }).fill("hard")
  await form.getByRole("button", { name: "Save" }).click()
  await expect(page.getByText("LEVEL", { exact: true }).first()).toBeVisible()
  const { data } = await api.get("/environmentshub/local/market-clerk/@latest")
  expect((await api.get(`/environmentshub/${data.id}/variables`)).data).toMatchObject([{ name: "LEVEL", value: "hard" }])
})

test("a run is copied as a command, and the command pasted into the form fills it", async ({ page, api }) => {
  const id = await api.launch("word-arithmetic", "demo/novice", {
    num_examples: 3,
    rollouts_per_example: 1,
    env_args: { difficulty: "easy" },
  })
  await api.ended(id)
  await page.goto(`/dashboard/evaluations/${id}`)
  await page.getByRole("button", { name: "More" }).click()
  await page.getByRole("menuitem", { name: "Copy as" }).click()
  const command = page
    .getByRole("dialog")
    .filter({ visible: true })
    .getByText(/prime eval run/)
    .first()
  await expect(command).toContainText("local/word-arithmetic --hosted")
  const text = (await command.textContent()) ?? ""
  await page.goto("/dashboard/environments/local/word-arithmetic/evaluations/new?model=demo%2Fscholar")
  await page.getByRole("button", { name: /Paste/ }).first().click()
  const dialog = page.getByRole("dialog").filter({ visible: true })
  await dialog.getByRole("textbox").fill(text)
  await dialog.getByRole("button", { name: "Fill in the form" }).last().click()
  await expect(page.getByLabel("Number of examples")).toHaveValue("3")
  await expect(page.getByLabel("Rollouts per example")).toHaveValue("1")
  await expect(page.getByLabel("difficulty")).toHaveValue(/easy/)
})

test("a webhook is added, its key shown once; a test arrives, and the log says so and sends it again under the same id", async ({
  page,
}) => {
  const ids: unknown[] = []
  const receiver = createServer((request, response) => {
    ids.push(request.headers["webhook-id"])
    response.end("thanks")
  })
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
  await page.goto("/dashboard/settings/notifications")
  await page.getByRole("button", { name: "Add a channel" }).click()
  const dialog = page.getByRole("dialog").filter({ visible: true })
  await dialog.getByLabel("Name").fill("story hook")
  await dialog.getByLabel("Address").fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`)
  await dialog.getByRole("button", { name: "Add", exact: true }).click()
  await expect(dialog.getByText(/^whsec_/)).toBeVisible()
  await dialog.getByRole("button", { name: "Done" }).click()
  await page.getByRole("button", { name: "Send a test to story hook" }).click()
  await expect(page.getByText("Try 1: answered 200").first()).toBeVisible()
  await page.getByRole("button", { name: "Send again: A test message of Hosted Evals" }).click()
  await expect(page.getByText("Try 2: answered 200").first()).toBeVisible()
  expect(ids).toEqual([ids[0], ids[0]])
  receiver.close()
})
