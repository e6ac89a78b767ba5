import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./children.mjs"
import { step } from "./say.mjs"
import { root } from "./settings.mjs"

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

/** Makes sure there is a browser for the end-to-end tests: the system's, Playwright's, or else a new one. */
export async function ensureChromium() {
  const { chromium } = await import("@playwright/test")
  const candidates = [process.env.PLAYWRIGHT_CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM]
  if (candidates.some((path) => path && existsSync(path))) return
  await step("Installing Chromium", async () => {
    if (!isRootOnDebian())
      return run("playwright install", process.execPath, [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"])
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    await run("apt-get update", "apt-get", ["update"], { env })
    await run("apt-get install chromium", "apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], { env })
  })
}

/** Debian itself: what Ubuntu calls chromium only points to another package system. */
function isRootOnDebian() {
  return process.getuid?.() === 0 && existsSync("/etc/os-release") && /^ID=debian$/m.test(readFileSync("/etc/os-release", "utf8"))
}
