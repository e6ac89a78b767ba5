import { expect, test } from "./story.ts"

test("what comes after the skeleton of a page waits for no timer", async ({ page }) => {
  // Until the page has been read, frames come at once, as they do on a slow line, and no timer ends.
  await page.addInitScript(() => {
    const [frame, timer] = [window.requestAnimationFrame.bind(window), window.setTimeout.bind(window)]
    const isRead = () => document.readyState !== "loading"
    let isInFrame = false
    window.requestAnimationFrame = (callback) => {
      // One that asks for the next one gets a real one.
      if (isRead() || isInFrame) return frame(callback)
      isInFrame = true
      callback(performance.now())
      isInFrame = false
      return 0
    }
    window.setTimeout = ((handler: TimerHandler, ms = 0, ...rest: unknown[]) =>
      isRead() || ms <= 0 ? timer(handler, ms, ...rest) : 0) as typeof window.setTimeout
  })
  const answer = await page.goto("/dashboard/environments")
  expect(await answer?.text(), "the page came in one piece: nothing here is shown later").toContain("$RC(")
  await expect(page.getByRole("main").getByRole("link", { name: "word-arithmetic" }).first()).toBeVisible()
})
