import { expect, test } from "vitest"
import type { AttemptState } from "./attempt-state.ts"
import { followAttempt } from "./follow.ts"

const handle = { kind: "process", id: "x", workDir: "/nowhere" } as const
const exited: AttemptState = { phase: "exited", code: 0, signal: null, limit: null }

test("a process that always has something to say is looked at as often as others, and what it left is taken without a pause", async () => {
  const began = performance.now()
  const livesMs = 500
  let whileAlive = 0
  let afterwards = 0
  const isAlive = () => performance.now() - began < livesMs
  const ended = await followAttempt(async () => (isAlive() ? { phase: "running" } : exited), handle, {
    takeNext: async () => {
      if (isAlive()) return ++whileAlive > 0
      return ++afterwards <= 20
    },
    mustStop: () => false,
    wake: new AbortController().signal,
  })
  expect(ended).toEqual(exited)
  expect(whileAlive).toBeGreaterThan(0)
  expect(whileAlive).toBeLessThanOrEqual(livesMs / 80 + 1)
  // Twenty pieces that were left, and a look that found nothing more; pauses between them would take 1.6 seconds.
  expect(afterwards).toBe(21)
  expect(performance.now() - began).toBeLessThan(livesMs + 1000)
})
