import { existsSync } from "node:fs"
import { join } from "node:path"
import { run } from "./children.mjs"
import { installDebian, isRootOn } from "./debian.mjs"
import { step } from "./say.mjs"
import { root } from "./settings.mjs"

const SYSTEM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]

/** The browser's program, where there is one. */
export async function findChromium() {
  const { chromium } = await import("@playwright/test")
  return [process.env.PLAYWRIGHT_CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM].find((path) => path && existsSync(path))
}

/** Makes sure there is a browser for the end-to-end tests: the system's, Playwright's, or else a new one. */
export async function ensureChromium() {
  if (await findChromium()) return
  // Debian itself: what Ubuntu calls chromium only points to another package system.
  if (isRootOn("debian")) return installDebian("Installing Chromium", "chromium")
  const install = [join(root, "node_modules/@playwright/test/cli.js"), "install", "chromium"]
  await step("Installing Chromium", () => run("playwright install", process.execPath, install))
}
