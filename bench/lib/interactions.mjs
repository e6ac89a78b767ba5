import { median } from "./numbers.mjs"

const patienceMs = 60_000
/** For what a page reads once it is alive. Its event stream never lets the network be idle. */
const settleMs = 1500

/**
 * What a person does with the samples of a run, each from the press to the new rows, and the longest that any press had to wait for the next
 * frame (INP, by the browser's own Event Timing: https://web.dev/articles/inp).
 * @param {import("@playwright/test").Browser} browser @param {string} samplesAddress of the page with all samples of a run @param {number} turns
 * @returns {Promise<{ times: Map<string, number>, inp: number }>} medians in milliseconds
 */
export async function interactionsOf(browser, samplesAddress, turns) {
  /** @type {Map<string, number[]>} */
  const taken = new Map()
  let inp = 0
  for (let turn = 0; turn < turns; turn++) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
    try {
      const page = await context.newPage()
      await page.addInitScript(watchPresses)
      await page.goto(`${samplesAddress}?as=table`, { waitUntil: "load", timeout: patienceMs })
      const rows = page.locator("[aria-label=Samples] tbody")
      const shown = () => rows.textContent()
      /** @param {string} name @param {() => Promise<unknown>} act */
      const time = async (name, act) => {
        const before = await shown()
        const begin = performance.now()
        await act()
        await page.waitForFunction(
          (text) => /** @type {HTMLElement | null} */ (document.querySelector("[aria-label=Samples] tbody"))?.textContent !== text,
          before,
          { timeout: patienceMs, polling: "raf" },
        )
        taken.set(name, [...(taken.get(name) ?? []), performance.now() - begin])
        await page.waitForTimeout(settleMs)
      }
      await page.waitForTimeout(settleMs)
      await time("sort by reward", () => page.getByRole("columnheader", { name: "Reward" }).getByRole("link").click())
      await time("sort the other way", () => page.getByRole("columnheader", { name: "Reward" }).getByRole("link").click())
      await time("filter by reward", () => page.getByLabel("Lowest reward").fill("0.5"))
      await page.getByLabel("Lowest reward").fill("")
      await page.waitForTimeout(settleMs)
      for (const key of ["j", "j", "k", "j", "Tab", "Tab"]) await page.keyboard.press(key)
      inp = Math.max(inp, await page.evaluate(() => /** @type {any} */ (window).longestPress))
    } finally {
      await context.close()
    }
  }
  return { times: new Map([...taken].map(([name, all]) => [name, median(all)])), inp }
}

/** Runs in the page: keeps the longest time from a press to the next frame. */
function watchPresses() {
  const at = /** @type {any} */ (window)
  at.longestPress = 0
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries()))
      if (entry.interactionId > 0) at.longestPress = Math.max(at.longestPress, entry.duration)
  }).observe(/** @type {any} */ ({ type: "event", durationThreshold: 16, buffered: true }))
}
