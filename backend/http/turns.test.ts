import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Turns } from "./turns.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Takes places one after the other. @returns in which order they were got, and what gives each back */
function takeIn(turns: Turns) {
  const begun: string[] = []
  const leave = new Map<string, () => void>()
  const take = (name: string, who = name, signal?: AbortSignal) =>
    turns.take(who, signal).then((end) => {
      if (end) {
        begun.push(name)
        leave.set(name, end)
      }
      return end !== undefined
    })
  return { begun, take, end: (name: string) => leave.get(name)?.() }
}
const settled = () => vi.advanceTimersByTimeAsync(0)

test("who sends many waits for itself: of those that wait, each caller in its turn", async () => {
  const { begun, take, end } = takeIn(new Turns({ atOnce: 2, waitMs: 10_000 }))
  for (const name of ["a1", "a2", "a3", "a4", "b1", "c1", "b2"]) void take(name, name.slice(0, 1))
  await settled()
  expect(begun).toEqual(["a1", "a2"])
  for (const name of ["a1", "a2", "a3", "b1", "c1", "a4", "b2"]) {
    end(name)
    await settled()
  }
  expect(begun).toEqual(["a1", "a2", "a3", "b1", "c1", "a4", "b2"])
})

test("a place is given back once, and there is room again when nobody waits", async () => {
  const turns = new Turns({ atOnce: 1, waitMs: 10_000 })
  const { begun, take, end } = takeIn(turns)
  await take("a")
  end("a")
  end("a")
  expect(turns.isIdle).toBe(true)
  await take("b")
  void take("c")
  await settled()
  expect(begun).toEqual(["a", "b"])
})

test("a wait has an end, and does not take a place later", async () => {
  const { begun, take, end } = takeIn(new Turns({ atOnce: 1, waitMs: 10_000, waitingMax: 2 }))
  await take("a")
  const gone = new AbortController()
  const waits = [take("late", "b"), take("left", "b", gone.signal), take("beyond", "b")]
  gone.abort()
  expect(await waits[1]).toBe(false)
  expect(await waits[2]).toBe(false)
  await vi.advanceTimersByTimeAsync(9_999)
  void take("in time", "b")
  await vi.advanceTimersByTimeAsync(1)
  expect(await waits[0]).toBe(false)
  end("a")
  await settled()
  expect(begun).toEqual(["a", "in time"])
  expect(await take("aborted", "d", AbortSignal.abort())).toBe(false)
})

test("what takes long gives up its place, and takes none away when it is done", async () => {
  const turns = new Turns({ atOnce: 1, waitMs: 10_000, placeMs: 2_000 })
  const { begun, take, end } = takeIn(turns)
  await take("slow")
  void take("next")
  void take("third")
  await vi.advanceTimersByTimeAsync(1_999)
  expect(begun).toEqual(["slow"])
  await vi.advanceTimersByTimeAsync(1)
  end("slow")
  await settled()
  expect(begun).toEqual(["slow", "next"])
})
