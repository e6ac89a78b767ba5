import { chromium } from "@playwright/test"
import { ensureChromium, findChromium } from "../../../scripts/lib/chromium.mjs"

/**
 * Opens pages in Chromium, signed in as the operator's own browser, and notes what each asks its own site for. The event stream is left out: whoever replays keeps one
 * open.
 * @param {string} origin @param {string} run an evaluation with samples
 * @returns {Promise<{ headers: Record<string, string>, pages: string[][] }>} the headers of that session, and the requests of each page, the page itself first
 */
export async function recordPages(origin, run) {
  await ensureChromium()
  const path = await findChromium()
  const browser = await chromium.launch({ ...(path ? { executablePath: path } : {}), args: ["--disable-gpu"] })
  try {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${origin}/dashboard`, { waitUntil: "load" })
    if (new URL(page.url()).pathname.startsWith("/login"))
      throw new Error(`${origin} does not take this machine's browser for the operator's: give a loopback address`)
    /** @type {string[][]} */
    const pages = []
    for (const path of ["", "/environments", "/evaluations", `/evaluations/${run}`, `/evaluations/${run}/samples`, "/models", "/usage"]) {
      /** @type {string[]} */
      const asked = []
      const note = (/** @type {import("@playwright/test").Request} */ request) => {
        const url = new URL(request.url())
        const isOwn = url.origin === origin && request.method() === "GET" && url.pathname !== "/api/v1/events"
        if (isOwn) asked.push(url.pathname + url.search)
      }
      page.on("request", note)
      await page.goto(`${origin}/dashboard${path}`, { waitUntil: "load" })
      // What the page reads once it is alive; its event stream never lets the network be idle.
      await page.waitForTimeout(1500)
      page.off("request", note)
      pages.push(asked)
    }
    const cookies = await context.cookies()
    const headers = { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "), "sec-fetch-site": "same-origin" }
    return { headers, pages }
  } finally {
    await browser.close()
  }
}
