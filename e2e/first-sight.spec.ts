import { expect, test } from "./story.ts"

test("what comes after the skeleton of a page waits for no frame and no timer", async ({ page }) => {
  // Until the page has been read, there are none.
  await page.addInitScript(() => {
    const [frame, timer] = [window.requestAnimationFrame.bind(window), window.setTimeout.bind(window)]
    const read = new Promise<void>((done) => document.addEventListener("DOMContentLoaded", () => done()))
    window.requestAnimationFrame = (callback) => {
      void read.then(() => frame(callback))
      return 0
    }
    window.setTimeout = ((handler: TimerHandler, ms = 0, ...rest: unknown[]) => {
      if (ms <= 0 || document.readyState !== "loading") return timer(handler, ms, ...rest)
      void read.then(() => timer(handler, ms, ...rest))
      return 0
    }) as typeof window.setTimeout
    document.addEventListener("DOMContentLoaded", () => {
      document.documentElement.dataset.read = document.querySelector("main")?.textContent ?? ""
    })
  })
  const answer = await page.goto("/dashboard/environments")
  expect(await answer?.text(), "the page came in one piece: nothing here is shown later").toContain("$RC(")
  expect(await page.evaluate(() => document.documentElement.dataset.read)).toContain("word-arithmetic")
})
