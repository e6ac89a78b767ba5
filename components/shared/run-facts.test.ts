import { describe, expect, test } from "vitest"
import type { Attempt, Evaluation } from "@/contract/index.ts"
import { elapsed, environmentOf, expectedRollouts, phaseText, shortfallOf, sizeOf, unfinishedOf, withEarlier } from "./run-facts.ts"

const run = (values: object): Evaluation =>
  ({
    status: "RUNNING",
    metadata: {},
    eval_config: null,
    environment_names: null,
    dataset: null,
    total_samples: 0,
    ...values,
  }) as Evaluation
const progress = (total: number | null, done: number) => ({ total, started: done, done, errored: 0 })

test.each([
  [{ num_examples: 20, rollouts_per_example: 3 }, 30, "10 of 20 examples existed"],
  [{ num_examples: 20_000 }, 1500, "1,500 of 20,000 examples existed"],
  [{ num_examples: 20, rollouts_per_example: 3 }, 60, null],
  [{ num_examples: 20, rollouts_per_example: 3 }, null, null],
  [{ num_examples: -1, rollouts_per_example: 3 }, 30, null],
])("of %o with %s rollouts in all: %s", (eval_config, total, text) => {
  expect(shortfallOf(run({ is_hosted: true, eval_config, progress: progress(total, 0) }))).toBe(text)
})

describe("phaseText", () => {
  test.each([
    [{ status: "PENDING" }, "waiting to start"],
    [{ status: "PENDING", phase: "queued", phase_detail: "Waits for one of 2 places" }, "waits for one of 2 places"],
    [{ status: "PENDING", phase: "queued", waits_for: "your team has 4 of 4 runs active" }, "waiting: your team has 4 of 4 runs active"],
    [{ phase: "installing" }, "installing environment"],
    [{ phase: "starting" }, "starting"],
    [{ phase: "running", progress: progress(200, 142) }, "142 of 200 rollouts"],
    [{ phase: "running", progress: progress(null, 1) }, "1 rollout"],
    // A resumed run: what it is to do again is stored, and not done.
    [{ phase: "running", total_samples: 200, progress: progress(200, 195) }, "195 of 200 rollouts"],
    [{ status: "PROCESSING", phase: "finishing", progress: progress(200, 200) }, "finishing"],
    [{ status: "COMPLETED", phase: "ended", progress: progress(1200, 1200) }, "1,200 rollouts"],
    [{ status: "CANCELLED", phase: "ended", progress: progress(200, 7) }, "7 of 200 rollouts"],
    // A run that was pushed from elsewhere has no phase and no progress.
    [{ status: "RUNNING", total_samples: 12 }, "12 rollouts"],
    [{ status: "COMPLETED", total_samples: 12 }, "12 rollouts"],
  ])("%o", (values, text) => {
    expect(phaseText(run(values))).toBe(text)
  })
})

test("the expected number of rollouts comes from the runner, else from the request, else from what was stored", () => {
  const eval_config = { num_examples: 5, rollouts_per_example: 3 }
  expect(expectedRollouts(run({ eval_config, progress: progress(12, 0) }))).toBe(12)
  expect(expectedRollouts(run({ eval_config }))).toBe(15)
  expect(expectedRollouts(run({ eval_config: { ...eval_config, num_examples: -1 } }))).toBeNull()
  expect(expectedRollouts(run({ status: "COMPLETED", total_samples: 8 }))).toBe(8)
})

test("the size of a run", () => {
  expect(sizeOf(run({ eval_config: { num_examples: -1, rollouts_per_example: 4 } }))).toBe("all × 4")
  expect(sizeOf(run({ metadata: { num_examples: 1500, rollouts_per_example: 1 } }))).toBe("1,500 × 1")
  expect(sizeOf(run({}))).toBe("–")
})

test("the environment is a link when its owner is known", () => {
  expect(environmentOf(run({ environment: { id: "1", owner: "ann", name: "maze", version: "0.2.0" } }))).toEqual({
    text: "ann/maze",
    version: "0.2.0",
    href: "/dashboard/environments/ann/maze",
  })
  expect(environmentOf(run({ environment_names: ["ann/maze"] })).href).toBe("/dashboard/environments/ann/maze")
  expect(environmentOf(run({ environment_names: ["gsm8k"] }))).toEqual({ text: "gsm8k", version: null, href: null })
  expect(environmentOf(run({})).text).toBe("–")
})

test("time runs while the run does", () => {
  const started_at = "2026-11-22T10:00:00Z"
  const now = Date.parse("2026-11-22T10:01:00Z")
  expect(elapsed(run({ started_at }), now)).toBe(60_000)
  expect(elapsed(run({ started_at, status: "COMPLETED", completed_at: "2026-11-22T10:00:30Z" }), now)).toBe(30_000)
  expect(elapsed(run({ started_at: null }), now)).toBeNull()
})

describe("unfinishedOf", () => {
  const ended = (values: object) => run({ is_hosted: true, attempt: 1, status: "CANCELLED", ...values })
  test("counts what is missing and what had errors", () => {
    expect(unfinishedOf(ended({ total_samples: 163, progress: { ...progress(200, 163), errored: 5 } }))).toEqual({
      missing: 37,
      errored: 5,
    })
    expect(unfinishedOf(ended({ progress: progress(null, 0) }))).toEqual({ missing: null, errored: 0 })
  })
  test("is nothing for a run that is active, done, uploaded, or on a platform that cannot resume", () => {
    const done = { status: "COMPLETED", total_samples: 8, progress: progress(8, 8) }
    for (const values of [done, { status: "RUNNING" }, { is_hosted: false }, { attempt: undefined }])
      expect(unfinishedOf(ended(values))).toBeNull()
  })
})

test("a resumed run began with its first attempt, and took what all of them took", () => {
  const attempt = (started_at: string, ended_at: string | null) => ({ started_at, ended_at }) as Attempt
  const resumed = run({ started_at: "2026-01-01T12:00:00Z" })
  const first = attempt("2026-01-01T09:00:00Z", "2026-01-01T09:10:00Z")
  const attempts = [
    first,
    attempt("2026-01-01T09:20:00Z", "2026-01-01T09:25:00Z"),
    attempt("2026-01-01T11:59:59.990Z", "2026-01-01T12:30:00Z"),
  ]
  expect(withEarlier(resumed, attempts)).toEqual({ run: { ...resumed, started_at: first.started_at }, earlierMs: 15 * 60_000 })
  expect(withEarlier(resumed, [])).toEqual({ run: resumed, earlierMs: 0 })
  // Waiting to go on: none of its attempts is the present one.
  expect(withEarlier(run({ started_at: null }), [first]).earlierMs).toBe(10 * 60_000)
})
