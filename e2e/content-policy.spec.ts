import { expect, test } from "./story.ts"

// That nothing of a page is blocked by its policy, every story sees on the console.
test("a page's scripts carry a nonce of their own", async ({ page }) => {
  const nonces: string[] = []
  for (const address of ["/login", "/dashboard/evaluations", "/no-such-page"]) {
    const policy = (await page.goto(address))?.headers()["content-security-policy"] ?? ""
    const [, scripts = "", nonce = ""] = /script-src ([^;]*'nonce-([^']+)'[^;]*)/.exec(policy) ?? []
    expect(scripts, address).not.toContain("'unsafe-inline'")
    nonces.push(nonce)
    const inside = await page.evaluate(() => [...document.scripts].filter(({ src }) => !src).map((script) => script.nonce))
    expect(new Set(inside), address).toEqual(new Set([nonce]))
  }
  expect(new Set(nonces).size).toBe(nonces.length)
})
