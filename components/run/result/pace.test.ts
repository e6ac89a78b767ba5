import { expect, test } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { paceOf } from "./pace.ts"

const start = Date.parse("2025-03-12T14:05:00Z")
const running = (done: number) =>
  aRun({ status: "RUNNING", phase: "running", completed_at: null, progress: { total: 100, started: done, done, errored: 0 } })

test("a run under way says how fast it is and how long the rest takes at that rate", () => {
  expect(paceOf(running(25), 0, start + 30_000)).toBe("50 rollouts a minute, about 2 min left")
  expect(paceOf(running(90), 0, start + 60_000)).toBe("90 rollouts a minute, about 10 s left")
  expect(paceOf(running(3), 0, start + 60_000)).toBe("3 rollouts a minute, about 33 min left")
  expect(paceOf(running(100), 0, start + 60_000)).toBe("100 rollouts a minute")
})

test("what earlier attempts took counts, as their rollouts do", () => {
  expect(paceOf(running(50), 90_000, start + 10_000)).toBe("30 rollouts a minute, about 2 min left")
})

test("a few rollouts, or seconds, are no rate", () => {
  expect(paceOf(running(2), 0, start + 60_000)).toBeNull()
  expect(paceOf(running(50), 0, start + 1000)).toBeNull()
})

test("an ended run says how fast it was", () => {
  expect(paceOf(aRun(), 0, start + 1e9)).toBe("3.2 rollouts a minute")
})
