import { expect, test } from "vitest"
import type { ComparedRollout } from "@/contract/compare/compare.ts"
import { rolloutsToShow } from "./rollouts-to-show.ts"

const rollouts = (...rewards: (number | "error")[]): ComparedRollout[] =>
  rewards.map((one, i) => ({
    sample_id: `${one}`,
    rollout_index: i,
    reward: one === "error" ? null : one,
    outcome: one === "error" ? "error" : "ok",
  }))
const shown = (baseline: ComparedRollout[], run: ComparedRollout[], difference: number) =>
  rolloutsToShow(baseline, run, difference).map((one) => one?.sample_id)

test("a gain is shown by the worst and the best, a loss by the best and the worst, anything else by the first", () => {
  const [baseline, run] = [rollouts(0.5, "error", 0), rollouts(0.2, 1, 0.7)]
  expect(shown(baseline, run, 0.4)).toEqual(["error", "1"])
  expect(shown(baseline, run, -0.4)).toEqual(["0.5", "0.2"])
  expect(shown(baseline, run, 0)).toEqual(["0.5", "0.2"])
  expect(shown([], run, 0)).toEqual([undefined, "0.2"])
})
