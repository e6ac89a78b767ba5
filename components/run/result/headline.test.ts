import { expect, test } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import { headlineOf } from "./headline.ts"

const of = (rewards: (number | null)[], perExample = 2, errored: number[] = []) =>
  runStatistics(
    "e1",
    rewards.map((reward, i) => ({
      example_id: String(Math.floor(i / perExample)),
      reward,
      metrics: {},
      errored: errored.includes(i),
      truncated: false,
    })),
  )

const tenRollouts = [1, 1, 1, 0, 1, 1, 1, 1, 0, 1]

test("rewards of 0 and 1 are a share that is solved, others a score", () => {
  expect(headlineOf(aRun(), of(tenRollouts))).toMatchObject({ said: "Solves 80% of maze", rest: null })
  expect(headlineOf(aRun(), of([...tenRollouts.slice(1), 0.5])).said).toBe("Scores 0.75 on average on maze")
})

test("the proof has the interval and what it is over", () => {
  expect(headlineOf(aRun(), of(tenRollouts)).proof).toMatch(/^95 % interval 0\.\d+ to 0\.\d+ over 5 examples × 2 rollouts\.$/)
  expect(headlineOf(aRun(), of([1, 5, 3, 4])).proof).toMatch(/^Approximate 95 % interval ≈ \S+ to \S+ over 2 examples × 2 rollouts\.$/)
  expect(headlineOf(aRun(), of([1, 0, 1])).proof).toContain("over 3 rollouts of 2 examples.")
  expect(headlineOf(aRun(), of([1])).proof).toBe("1 example × 1 rollout; an interval needs at least two examples.")
})

test("a run that stopped when its answer was settled says what it knows of all examples, and what it saved", () => {
  const settling = {
    kind: "settled" as const,
    verdict: "below" as const,
    examples: 5,
    of: 40,
    mean: 0.8,
    low: 0.61,
    high: 0.874,
    saved: { rollouts: 70, cost_usd: 0.42, seconds: 1200 },
  }
  const eval_config = { num_examples: 40, rollouts_per_example: 2, stop_threshold: 0.9 }
  const said = headlineOf(
    aRun({ settling, eval_config, total_samples: 10, progress: { total: 10, started: 10, done: 10, errored: 0 } }),
    of(tenRollouts),
  )
  expect(said).toEqual({
    said: "Solves 80% of maze,",
    rest: "settled after 5 of 40 examples",
    proof:
      "Had all 40 been asked, the mean would be 0.61 to 0.87, below 0.9 (95 % limits that hold whenever a run stops). 70 rollouts were not asked, which saved about $0.42 and 20 min.",
  })
  const against = { evaluation_id: "other", difference: 0.2, low: 0.021, high: 0.37 }
  const beside = aRun({ settling: { ...settling, verdict: "above", against }, eval_config: { num_examples: 40, stop_against: "other" } })
  expect(headlineOf(beside, of(tenRollouts)).proof).toContain(
    "Had all 40 been asked, the mean would be 0.61 to 0.87, and its difference from the run beside it 0.02 to 0.37, better (95 % limits",
  )
  const difference = (verdict: "above" | "below" | "margin") => ({ ...against, verdict })
  const answerOf = (...verdicts: ("above" | "below" | "margin")[]) =>
    headlineOf(
      aRun({
        settling: { ...settling, verdict: "suite", suite: verdicts.map(difference) },
        eval_config: { num_examples: 40, stop_against: "suite", stop_margin: 0.1 },
      }),
      of(tenRollouts),
    ).proof
  expect(answerOf("above", "below", "above")).toContain(
    "the mean would be 0.61 to 0.87, and the run is better than 2 and worse than 1 of the other 3 runs of its suite (95 % limits that hold whenever a run stops, those of its differences for all pairs of the suite together). 70 rollouts",
  )
  expect(answerOf("below")).toContain(", and the run is worse than the other run of its suite (")
  expect(answerOf("above", "above")).toContain(", and the run is better than the other 2 runs of its suite (")
  expect(answerOf("above", "margin", "below")).toContain(
    ", and the run is better than 1, worse than 1 and within ± 0.1 of 1 of the other 3 runs of its suite (",
  )
  const off = { kind: "off" as const, why: "a reward of 7 is outside of 0 to 1" }
  expect(headlineOf(aRun({ settling: off, eval_config }), of(tenRollouts)).proof).toContain("asks every example: a reward of 7 is outside")
  expect(headlineOf(aRun({ eval_config }), of(tenRollouts)).proof).toContain("which took every example")
})

test.each([
  [{ stop_margin: 0.05 }, "It stops as soon as its mean is known to within ± 0.05."],
  [
    { stop_margin: 0.05, stop_threshold: 0.7 },
    "It stops as soon as its mean is known to within ± 0.05, or its mean is surely above or below 0.7.",
  ],
  [{ stop_against: "x" }, "It stops as soon as it is surely better or worse than the run beside it."],
  [{ stop_against: "x", stop_threshold: 0.1 }, "It stops as soon as its difference from the run beside it is surely above or below 0.1."],
  [{ stop_against: "suite" }, "It stops as soon as it is surely better or worse than every other run of its suite."],
  [
    { stop_against: "suite", stop_margin: 0.1 },
    "It stops as soon as it is surely better or worse than every other run of its suite, or within ± 0.1 of it.",
  ],
])("a run under way says when it stops: %j", (stopping, said) => {
  const run = { status: "RUNNING" as const, eval_config: { num_examples: 40, ...stopping } }
  expect(headlineOf(aRun(run), of([1, 0.5])).proof.endsWith(said)).toBe(true)
  expect(headlineOf(aRun(run), of([])).proof.endsWith(said)).toBe(true)
  expect(headlineOf(aRun({ ...run, status: "CANCELLED" }), of([1, 0.5])).proof).not.toContain("It stops")
})

test("errors are never averaged away", () => {
  expect(headlineOf(aRun(), of([1, 0.5, 0.5, 0], 2, [3])).proof).toMatch(/ Leaving out its 1 error gives 0\.6667\.$/)
  expect(headlineOf(aRun(), of([1, 0.5, 0.5, 1], 2, [3])).proof).toMatch(
    / Leaving out its 1 error gives 0\.6667, counting each as 0 gives 0\.5\.$/,
  )
})

test("what is so far is said to be, and what an ended run did not do, too", () => {
  const running = aRun({ status: "RUNNING", progress: { total: 40, started: 12, done: 10, errored: 0 } })
  expect(headlineOf(running, of(tenRollouts))).toMatchObject({ said: "Solves 80% of maze,", rest: "so far" })
  const stopped = aRun({ status: "CANCELLED", progress: { total: 40, started: 12, done: 10, errored: 0 } })
  expect(headlineOf(stopped, of(tenRollouts)).rest).toBe("in the 10 of 40 rollouts that it did")
  // The last samples are in the run's row before they are in its statistics.
  expect(headlineOf(aRun(), of(tenRollouts.slice(2))).rest).toBeNull()
})

test("a run without a sample says what it is doing, one without a reward that it has none", () => {
  const queued = aRun({ status: "PENDING", phase: "queued", total_samples: 0, progress: null })
  expect(headlineOf(queued, of([]))).toEqual({ said: "No result yet", rest: null, proof: "Waiting to start." })
  expect(headlineOf(aRun(), of([null, null]))).toMatchObject({ said: "No rollout has a reward", proof: "1 example × 2 rollouts." })
})

test("a dataset that had fewer examples than were asked for is named", () => {
  const short = aRun({ eval_config: { num_examples: 20, rollouts_per_example: 2 } })
  expect(headlineOf(short, of(tenRollouts)).proof).toMatch(/5 of 20 examples existed\.$/)
})
