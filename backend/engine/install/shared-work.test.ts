import { expect, test } from "vitest"
import { SharedWork } from "./shared-work.ts"

/** Work that a test ends. */
function setUp() {
  const begun: { signal: AbortSignal; say: (line: string) => void; end: (result: string) => void; fail: (error: Error) => void }[] = []
  const shared = new SharedWork<string, string>()
  const join = (signal: AbortSignal, lines: string[] = []) =>
    shared.join(
      "key",
      (line) => lines.push(line),
      signal,
      (say, signal) =>
        new Promise((end, fail) => {
          begun.push({ signal, say, end, fail })
          signal.addEventListener("abort", () => fail(new Error("ended")))
        }),
    )
  return { begun, join }
}

test("what the first asker gives up goes on for the second, who hears the rest of it", async () => {
  const { begun, join } = setUp()
  const [first, second] = [new AbortController(), new AbortController()]
  const [early, late]: [string[], string[]] = [[], []]
  const a = join(first.signal, early)
  begun[0]?.say("one")
  const b = join(second.signal, late)
  first.abort("cancelled")
  await expect(a).rejects.toBe("cancelled")
  expect(begun[0]?.signal.aborted).toBe(false)
  begun[0]?.say("two")
  begun[0]?.end("made")
  expect(await b).toBe("made")
  expect([begun.length, early, late]).toEqual([1, ["one"], ["two"]])
})

test("the work ends when the last asker gives it up, and begins anew for the next", async () => {
  const { begun, join } = setUp()
  const [first, second] = [new AbortController(), new AbortController()]
  const both = [join(first.signal), join(second.signal)]
  second.abort()
  await expect(both[1]).rejects.toThrow()
  expect(begun[0]?.signal.aborted).toBe(false)
  first.abort()
  await expect(both[0]).rejects.toThrow()
  expect(begun[0]?.signal.aborted).toBe(true)
  const again = join(new AbortController().signal)
  begun[1]?.end("made")
  expect(await again).toBe("made")
})

test("a failure reaches all askers, and the next one tries again", async () => {
  const { begun, join } = setUp()
  const both = [join(new AbortController().signal), join(new AbortController().signal)]
  begun[0]?.fail(new Error("no such package"))
  for (const one of both) await expect(one).rejects.toThrow("no such package")
  void join(new AbortController().signal)
  expect(begun).toHaveLength(2)
})

test("who has given up already begins nothing", async () => {
  const { begun, join } = setUp()
  await expect(join(AbortSignal.abort("late"))).rejects.toBe("late")
  expect(begun).toHaveLength(0)
})
