import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Throttle } from "./throttle.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test("runs the first call at once and the last one after the interval", () => {
  const throttle = new Throttle()
  const done: string[] = []
  const note = (text: string) => () => void done.push(text)
  for (const call of ["1", "2", "3"]) throttle.run("k", 500, note(call))
  throttle.run("other", 500, note("other"))
  expect(done).toEqual(["1", "other"])
  vi.advanceTimersByTime(500)
  expect(done).toEqual(["1", "other", "3"])
  throttle.run("k", 500, note("4"))
  expect(done).toHaveLength(3)
  vi.advanceTimersByTime(500)
  expect(done.at(-1)).toBe("4")
  vi.advanceTimersByTime(5000)
  expect(done).toHaveLength(4)
})

test("never begins again before the last one has settled", async () => {
  const throttle = new Throttle()
  let running = 0
  let most = 0
  let begun = 0
  const slow = () => {
    begun++
    most = Math.max(most, ++running)
    return new Promise<void>((resolve, reject) =>
      setTimeout(() => {
        running--
        if (begun === 1) reject(new Error("down"))
        else resolve()
      }, 2000),
    )
  }
  for (let i = 0; i < 48; i++) {
    throttle.run("k", 500, slow)
    await vi.advanceTimersByTimeAsync(100)
  }
  expect([most, begun]).toEqual([1, 2])
  await vi.advanceTimersByTimeAsync(5000)
  expect(begun).toBe(3)
})

test("stops for good", async () => {
  const throttle = new Throttle()
  let begun = 0
  const action = () => void begun++
  throttle.run("k", 500, action)
  throttle.run("k", 500, action)
  throttle.stop()
  await vi.advanceTimersByTimeAsync(5000)
  expect(begun).toBe(1)
})
