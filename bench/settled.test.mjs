import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"
import { ratioSequence } from "../contract/statistics/settled/confidence-sequence.ts"
import { mostWrong, SCENES, SUITE_SCENES, settledOf, suiteOf, TOLD_SCENES, toldOf } from "./lib/settled.mjs"
import { randomOf } from "./lib/simulated-runs.mjs"

// Seeded, so that it is the same every time; `npm run bench -- settled` does 2,000 runs a scene.
test.each(Object.keys(SCENES))("%s: settled is wrong in at most 5 % of runs", { timeout: 120_000 }, (name) => {
  const runs = 60
  const found = settledOf(/** @type {import("./lib/settled.mjs").Scene} */ (SCENES[name]), { runs, seed: 3 })
  expect(found.wrong).toBeLessThanOrEqual(mostWrong(runs))
  expect(found.saved).toBeGreaterThan(name === "mean at the threshold" ? 0 : 0.1)
})

test.each(Object.keys(TOLD_SCENES))("%s: what is told is wrong in at most 5 % of runs", { timeout: 120_000 }, (name) => {
  const runs = 60
  const found = toldOf(/** @type {import("./lib/settled.mjs").ToldScene} */ (TOLD_SCENES[name]), { runs, seed: 5 })
  expect(found.wrong).toBeLessThanOrEqual(mostWrong(runs))
  expect(found.settled).toBeGreaterThan(0.5)
})

test.each(Object.keys(SUITE_SCENES))("%s: what a run stopped by is wrong in at most 5 % of suites", { timeout: 120_000 }, (name) => {
  const runs = 60
  const found = suiteOf(/** @type {import("./lib/settled.mjs").SuiteScene} */ (SUITE_SCENES[name]), { runs, seed: 6 })
  expect(found.wrong).toBeLessThanOrEqual(mostWrong(runs))
  expect(found.settled).toBeGreaterThan(0.1)
})

test("the measurement finds what is wrong: an interval made for one look, and examples in the order of a data set that drifts", () => {
  const runs = 300
  const watched = SCENES["mean at the threshold"]
  const drifting = SCENES["a hard last third, above 0.7?"]
  if (!watched || !drifting) throw new Error("no such scene")
  expect(settledOf(watched, { runs, seed: 4, method: "watched interval" }).wrong).toBeGreaterThan(0.07)
  expect(settledOf(drifting, { runs, seed: 4, shuffled: false }).wrong).toBeGreaterThan(0.5)
  const alike = TOLD_SCENES["stops once better or worse: better on the first half, worse on the other"]
  if (!alike) throw new Error("no such scene")
  expect(toldOf(alike, { runs, seed: 4, method: "one look" }).wrong).toBeGreaterThan(0.07)
  const suite = SUITE_SCENES["a suite of two, better on one half, worse on the other"]
  if (!suite) throw new Error("no such scene")
  expect(suiteOf(suite, { runs, seed: 4, method: "one look" }).wrong).toBeGreaterThan(0.08)
})

test("a second implementation in plain Python agrees", { timeout: 60_000 }, () => {
  const random = randomOf(8)
  const cases = Array.from({ length: 24 }, (_, i) => {
    const count = 10 + Math.floor(random() * 60)
    const share = random()
    const most = i % 4 === 0 ? 3 : 1
    const examples = Array.from({ length: 2 + Math.floor(random() * (count - 2)) }, () =>
      Array.from({ length: most === 1 ? 1 : Math.floor(random() * 4) }, () => (i % 2 === 0 ? Number(random() < share) : random() ** 2)),
    )
    const asks = i % 3
    return { examples, most, count, margin: asks === 0 ? 0.1 : null, threshold: asks === 1 ? random() : null }
  })
  const theirs = JSON.parse(
    execFileSync(String(process.env.PYTHON_BASE), [join(import.meta.dirname, "lib/settled.py")], {
      input: JSON.stringify(cases),
      encoding: "utf8",
    }),
  )
  cases.forEach(({ examples, most, count, ...question }, i) => {
    const sums = examples.map((values) => values.reduce((sum, one) => sum + one, 0))
    const sizes = examples.map((values) => values.length)
    const asked = question.margin === null && question.threshold === null ? null : question
    const { low, high } = ratioSequence({ sums, sizes, most, of: count }, [0, 1], asked)
    // Theirs are the outermost points of a grid that are left.
    expect(theirs[i][0] - low, `${i}`).toBeGreaterThanOrEqual(-1e-6)
    expect(theirs[i][0] - low, `${i}`).toBeLessThan(1 / 1000 + 1e-6)
    expect(high - theirs[i][1], `${i}`).toBeGreaterThanOrEqual(-1e-6)
    expect(high - theirs[i][1], `${i}`).toBeLessThan(1 / 1000 + 1e-6)
  })
})
