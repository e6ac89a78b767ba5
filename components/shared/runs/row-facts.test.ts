import { expect, test } from "vitest"
import type { Evaluation } from "@/contract/index.ts"
import { differenceText, lookOf, paceText, scalesOf, sizeText, titleOf } from "./row-facts.ts"

const run = (values: object): Evaluation =>
  ({
    evaluation_id: "id",
    name: "run",
    status: "RUNNING",
    phase: "running",
    is_hosted: true,
    metadata: {},
    eval_config: { num_examples: 20, rollouts_per_example: 5 },
    environment_names: ["ann/maze"],
    inference_model: "demo/scholar",
    total_samples: 0,
    avg_score: null,
    ...values,
  }) as unknown as Evaluation
const progress = (total: number | null, done: number) => ({ progress: { total, started: done, done, errored: 0 } })
const started_at = "2026-11-22T10:00:00Z"
const now = Date.parse("2026-11-22T10:01:00Z")

test.each([
  [{ ...progress(100, 25), started_at }, "3 min 00 s left · 25/min"],
  [{ ...progress(100, 2), started_at }, "49 min 00 s left · 2/min"],
  [{ ...progress(null, 3), eval_config: null, started_at }, "3 rollouts · 3/min"],
  [{ ...progress(100, 0), started_at }, "0 of 100 rollouts"],
  [
    { ...progress(100, 25), started_at, waits_for: "3 requests wait for Lab, which takes 2 at once" },
    "25 of 100 rollouts; 3 requests wait for Lab, which takes 2 at once",
  ],
  [{ phase: "installing", started_at }, "installing environment"],
  [{ status: "PENDING", phase: "queued", waits_for: "4 of 4 runs are active" }, "waiting: 4 of 4 runs are active"],
])("%o: %s", (values, text) => {
  expect(paceText(run(values), now)).toBe(text)
})

test.each([
  ["maze--demo/scholar", "demo/scholar"],
  ["maze--demo/scholar t 0.7", "demo/scholar · t 0.7"],
  ["nightly", "demo/scholar · nightly"],
])("a run named %s is called %s", (name, title) => {
  expect(titleOf(run({ name }))).toBe(title)
})

test("without a model the name alone", () => {
  expect(titleOf(run({ inference_model: null, name: "pushed" }))).toBe("pushed")
})

test("the size of a run that did not do all of it says how far it came", () => {
  expect(sizeText(run({ status: "COMPLETED", ...progress(100, 100) }))).toBe("20 × 5")
  expect(sizeText(run({ status: "CANCELLED", ...progress(100, 22) }))).toBe("20 × 5, 22 done")
  expect(sizeText(run({ status: "COMPLETED", eval_config: null, total_samples: 1 }))).toBe("1 rollout")
})

test("a run is told from the baseline of its environment by the difference of their means", () => {
  const baseline = { evaluation_id: "other", mean: 0.71 }
  expect(differenceText(run({ avg_score: 0.87, baseline }))).toBe("+0.16")
  expect(differenceText(run({ avg_score: 0.12, baseline }))).toBe("−0.59")
  expect(differenceText(run({ avg_score: 0.71, baseline: { ...baseline, evaluation_id: "id" } }))).toBe("baseline")
  expect(differenceText(run({ avg_score: null, baseline }))).toBe("")
  expect(differenceText(run({ avg_score: 0.5 }))).toBe("")
})

test("each environment has an axis of its own, from 0 to 1 at least", () => {
  const runs = [
    run({ avg_score: 30, interval95: { low: -10, high: 60, approximate: true } }),
    run({ avg_score: 0.5, environment_names: ["ann/math"] }),
  ]
  expect(runs.map(scalesOf(runs))).toEqual([
    { min: -10, max: 60 },
    { min: 0, max: 1 },
  ])
})

test("states that differ look different", () => {
  const looks = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"].map((status) => lookOf(run({ status })))
  expect(new Set(looks).size).toBe(5)
  expect(lookOf(run({ stale: true }))).toBe("stopped")
})
