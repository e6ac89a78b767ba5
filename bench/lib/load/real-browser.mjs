import { chromium } from "@playwright/test"
import { ensureChromium, findChromium } from "../../../scripts/lib/chromium.mjs"

/** For what a page reads once it is alive; its event stream never lets the network be idle. */
const settleMs = 1500

/**
 * A Chromium that is signed in as the operator's own browser. It records what pages ask for, and is watched while others load the platform.
 * @param {string} origin @param {string} run an evaluation with samples
 */
export async function openRealBrowser(origin, run) {
  await ensureChromium()
  const path = await findChromium()
  const browser = await chromium.launch({ ...(path ? { executablePath: path } : {}), args: ["--disable-gpu"] })
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.addInitScript(watchTasks)
  const addresses = ["", "/environments", "/evaluations", `/evaluations/${run}`, `/evaluations/${run}/samples`, "/models", "/usage"].map(
    (rest) => `${origin}/dashboard${rest}`,
  )
  await page.goto(`${origin}/dashboard`, { waitUntil: "load" })
  if (new URL(page.url()).pathname.startsWith("/login")) {
    await browser.close()
    throw new Error(`${origin} does not take this machine's browser for the operator's: give a loopback address`)
  }
  return {
    /**
     * Opens each page and notes what it asks its own site for. The event stream is left out: whoever replays keeps one open.
     * @returns {Promise<{ headers: Record<string, string>, pages: string[][] }>} the headers of that session, and the requests of each page, the page itself first
     */
    async record() {
      /** @type {string[][]} */
      const pages = []
      let codings = ""
      for (const address of addresses) {
        /** @type {string[]} */
        const asked = []
        const note = (/** @type {import("@playwright/test").Request} */ request) => {
          const url = new URL(request.url())
          const isOwn = url.origin === origin && request.method() === "GET" && url.pathname !== "/api/v1/events"
          if (isOwn) asked.push(url.pathname + url.search)
        }
        page.on("request", note)
        const answer = await page.goto(address, { waitUntil: "load" })
        codings ||= (await answer?.request().headerValue("accept-encoding")) ?? ""
        await page.waitForTimeout(settleMs)
        page.off("request", note)
        pages.push(asked)
      }
      const cookies = await context.cookies()
      return {
        headers: {
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
          "sec-fetch-site": "same-origin",
          "accept-encoding": codings,
        },
        pages,
      }
    },

    /**
     * Goes from page to page until a time, and stays on each for a while.
     * @param {number} until @param {number} stayMs @param {(error: unknown) => void} failed told of a page that did not load; the next one may
     * @returns {Promise<{ loads: number[], tasks: number[] }>} milliseconds of each load, and of each task that kept the page from answering for more than 50
     */
    async watch(until, stayMs, failed) {
      /** @type {number[]} */
      const loads = []
      /** @type {number[]} */
      const tasks = []
      for (let at = 0; Date.now() < until; at++) {
        const begin = performance.now()
        const isLoaded = await page
          .goto(addresses[at % addresses.length] ?? "", { waitUntil: "load", timeout: 60_000 })
          .then(() => true, failed)
        if (!isLoaded) continue
        loads.push(performance.now() - begin)
        await page.waitForTimeout(Math.min(stayMs, Math.max(0, until - Date.now())))
        tasks.push(...(await page.evaluate(() => /** @type {number[]} */ (/** @type {any} */ (window).longTasks))))
      }
      return { loads, tasks }
    },

    close: () => browser.close(),
  }
}

/** Runs in the page: keeps how long each long task took (https://w3c.github.io/longtasks/). */
function watchTasks() {
  /** @type {number[]} */
  const tasks = []
  Object.assign(window, { longTasks: tasks })
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
    type: "longtask",
    buffered: true,
  })
}
