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

for (const [what, isPatient] of [
  ["a page that comes at once is drawn once, and not first as a skeleton", true],
  ["a page that takes longer is drawn before it is whole", false],
] as const)
  test(what, async ({ page, context }) => {
    await page.addInitScript((isPatient) => {
      const timer = window.setTimeout.bind(window)
      let frames = 0
      const count = () => {
        frames++
        requestAnimationFrame(count)
      }
      requestAnimationFrame(count)
      const read = new Promise<void>((done) => document.addEventListener("DOMContentLoaded", () => done()))
      document.addEventListener("DOMContentLoaded", () => {
        document.documentElement.dataset.frames = String(frames)
      })
      // Time stands still until the page has been read.
      if (isPatient)
        window.setTimeout = ((handler: TimerHandler, ...rest: []) => {
          void read.then(() => timer(handler, ...rest))
          return 0
        }) as typeof window.setTimeout
    }, isPatient)
    // Slow enough that its end comes half a second after its styles.
    const network = await context.newCDPSession(page)
    await page.goto("/docs")
    await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: 20_000, uploadThroughput: -1 })
    await page.goto("/dashboard/environments")
    const frames = Number(await page.evaluate(() => document.documentElement.dataset.frames))
    if (isPatient) expect(frames).toBe(0)
    else expect(frames).toBeGreaterThan(0)
  })
