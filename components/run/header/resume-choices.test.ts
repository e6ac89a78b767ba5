import { expect, test } from "vitest"
import { choicesOf } from "./resume-choices.ts"

test("what is left of a run is put into words, the most first", () => {
  expect(choicesOf({ missing: 37, errored: 5 }).map(({ mode, label, button }) => [mode, label, button])).toEqual([
    ["missing_and_errored", "Run the 37 missing and the 5 errored rollouts", "Run 42 rollouts"],
    ["missing", "Run the 37 rollouts that are missing", "Run 37 rollouts"],
    ["errors_only", "Run the 5 rollouts that ended with an error again", "Run 5 rollouts"],
  ])
  expect(choicesOf({ missing: 0, errored: 1 }).map(({ label }) => label)).toEqual(["Run the 1 rollout that ended with an error again"])
  expect(choicesOf({ missing: null, errored: 0 }).map(({ button }) => button)).toEqual(["Resume"])
})
