import { expect, test } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { runStatistics, type ScoredSample } from "@/contract/statistics/statistics.ts"
import { reportWarnings } from "./report-warnings.ts"

const sample = (example: number, reward: number | null, values: Partial<ScoredSample> = {}): ScoredSample => ({
  example_id: String(example),
  reward,
  metrics: {},
  errored: false,
  truncated: false,
  ...values,
})
const of = (samples: ScoredSample[]) => runStatistics("e1", samples)
const sound = Array.from({ length: 60 }, (_, i) => sample(i % 30, i % 3 === 0 ? 1 : 0))

test("nothing is said of a run that there is nothing to say about", () => {
  expect(reportWarnings(aRun({ total_samples: 60, progress: { total: 60, done: 60 } }), of(sound))).toEqual([])
})

test.each([
  ["few examples", {}, [sample(1, 1), sample(2, 0)], /^2 examples are few/],
  ["one example", {}, [sample(1, 1), sample(1, 0)], /^There is one example, so there is no interval/],
  ["errors", {}, [...sound, sample(0, 0, { errored: true }), sample(1, 0)], /^1 rollout of 62 \(1\.6%\) ended with an error/],
  ["truncated", {}, [...sound, sample(0, 0, { truncated: true })], /^1 rollout \(1\.6%\) was cut short/],
  [
    "truncated ones",
    {},
    [...sound, sample(0, 0, { truncated: true }), sample(1, 0, { truncated: true })],
    /^2 rollouts \(3\.2%\) were cut short/,
  ],
  ["no reward", {}, [...sound, sample(0, null)], /^1 rollout without an error has no reward/],
  ["several attempts", { attempt: 3 }, sound, /it took 3 attempts/],
  ["uneven", {}, [...sound, sample(0, 1)], /^Not all examples have the same number of rollouts/],
  ["another range", {}, sound.map((one) => ({ ...one, reward: (one.reward ?? 0) * 9 })), /^Rewards lie outside 0 to 1/],
  ["under way", { status: "RUNNING" }, sound, /^The run has not ended/],
  ["stopped", { status: "CANCELLED" }, sound, /^The run ended as “Stopped”/],
  ["no version", { environment: null, environment_names: ["ann/maze"] }, sound, /^Which version of ann\/maze was run/],
  ["no environment", { environment: null }, sound, /^Which environment was run/],
])("a reader is warned: %s", (_, values, samples, warning) => {
  const found = reportWarnings(aRun({ total_samples: samples.length, progress: null, ...values }), of(samples))
  expect(found.filter((one) => warning.test(one))).toHaveLength(1)
})

test("of a run without a rollout only that is said", () => {
  expect(reportWarnings(aRun({ status: "FAILED", total_samples: 0 }), of([]))).toEqual(["No rollout was done, so there is no result."])
})
