import type { Page } from "@playwright/test"
import { expect, test } from "./story.ts"

/** A device that keeps passkeys and shows who its owner is by itself. */
async function withAuthenticator(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page)
  await session.send("WebAuthn.enable")
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true } as const
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  })
}

test("a person is invited, makes an account, comes back with the password and with a passkey, and is seen in the audit log", async ({
  page,
  browser,
}) => {
  await page.goto("/dashboard/settings/people")
  await page.getByRole("button", { name: "Invite" }).click()
  const email = `ada-${Date.now()}@example.com`
  const dialog = page.getByRole("dialog")
  await dialog.getByLabel("E-mail").fill(email)
  await dialog.getByRole("button", { name: "Make the link" }).click()
  const link =
    (await dialog
      .getByText(/\/login\/join\//)
      .first()
      .textContent()) ?? ""

  const context = await browser.newContext()
  const ada = await context.newPage()
  await withAuthenticator(ada)
  await ada.goto(link.trim())
  await ada.getByLabel("Name").fill("Ada")
  await ada.getByLabel("New password").fill("a long password")
  await ada.getByRole("button", { name: "Make the account" }).click()
  await expect(ada).toHaveURL(/\/dashboard$/)
  await ada.goto("/dashboard/settings")
  await ada.getByRole("button", { name: "Add a passkey" }).click()
  await ada.getByRole("dialog").getByLabel("Name").fill("laptop")
  await ada.getByRole("dialog").getByRole("button", { name: "Add", exact: true }).click()
  await expect(ada.getByRole("region", { name: "Passkeys" }).getByText("laptop")).toBeVisible()

  const signOut = async () => {
    await context.clearCookies()
    await ada.goto("/login")
  }
  await signOut()
  await ada.getByLabel("E-mail").fill(email)
  await ada.getByLabel("Password").fill("not the password")
  await ada.getByRole("button", { name: "Sign in", exact: true }).first().click()
  await expect(ada.getByText("The e-mail address or the password is not right")).toBeVisible()
  await ada.getByLabel("Password").fill("a long password")
  await ada.getByRole("button", { name: "Sign in", exact: true }).first().click()
  await expect(ada).toHaveURL(/\/dashboard$/)
  await signOut()
  await ada.getByRole("button", { name: "Sign in with a passkey" }).click()
  await expect(ada).toHaveURL(/\/dashboard$/)
  await ada.goto("/dashboard/settings")
  await expect(ada.getByText(email).first()).toBeVisible()

  await page.goto("/dashboard/settings/audit")
  await expect(page.getByText("Added a passkey").filter({ visible: true }).first()).toBeVisible()
  await context.close()
})
