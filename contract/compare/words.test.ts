import { expect, test } from "vitest"
import type { ComparedRun, ComparedToBaseline } from "./compare.ts"
import { rankWords, sentenceOf, underWayWords, verdictWords } from "./words.ts"

const run = (label: string, rank = { from: 1, to: 2 }) => ({ evaluation_id: label, label, rank }) as ComparedRun
const against = (changes: Partial<ComparedToBaseline>): ComparedToBaseline => ({
  examples: 20,
  difference: 0.16,
  interval95: { low: 0.04, high: 0.28, approximate: false },
  verdict: "better",
  more_examples: null,
  improved: 9,
  regressed: 1,
  equal: 7,
  cannot_compare: 3,
  test: "sign_flip",
  p_value: 0.011,
  p_adjusted: 0.011,
  wilcoxon_p: 0.02,
  same_configuration: null,
  ...changes,
})
const words = (changes: Partial<ComparedToBaseline>, margin = 0) => verdictWords(run("scholar"), run("reader"), against(changes), margin)

test.each([
  [{}, 0, "scholar is better than reader by 0.16, more than chance explains."],
  [
    { difference: -0.1613, verdict: "worse" as const, interval95: { low: -0.28, high: -0.04, approximate: false } },
    0,
    "scholar is worse than reader by 0.16, more than chance explains.",
  ],
  [{ verdict: "equivalent" as const }, 0.3, "scholar and reader are equally good within 0.3."],
  [
    { verdict: "cannot_tell" as const, more_examples: 1200 },
    0,
    "Too close to call: scholar may be better or worse than reader. About 1,200 more examples would settle it.",
  ],
  [
    { verdict: "cannot_tell" as const, more_examples: 1 },
    0,
    "Too close to call: scholar may be better or worse than reader. About 1 more example would settle it.",
  ],
  [{ verdict: "cannot_tell" as const }, 0, "Too close to call: scholar may be better or worse than reader."],
  [{ difference: null, interval95: null, examples: 0 }, 0, "scholar and reader cannot be compared as they have no example in common."],
])("a verdict of two runs in words: %j, margin %d", (changes, margin, sentence) => {
  expect(sentenceOf(words(changes, margin))).toBe(sentence)
})

test("no claim without its interval", () => {
  expect(words({}).proof).toBe("Paired over the same 20 examples: difference +0.16, 95 % interval 0.04 to 0.28, p = 0.011.")
  expect(words({ p_adjusted: 0.0000001 }).proof).toContain("p < 0.001")
  expect(words({ verdict: "cannot_tell", p_adjusted: 0.03 }).proof).toMatch(/p = 0\.03\. The interval decides/)
  expect(words({ verdict: "cannot_tell", p_adjusted: 0.2 }).proof).toMatch(/p = 0\.2\.$/)
})

test("runs that chose when to stop are held against each other by what is right then, or not at all", () => {
  const settled = { ...run("scholar"), settling: { kind: "settled" } } as ComparedRun
  const of = (changes: Partial<ComparedToBaseline>) => {
    const found = against(changes)
    return verdictWords({ ...settled, against_baseline: found }, run("reader"), found, 0)
  }
  const unknown = of({ interval95: { low: 0.04, high: 0.28, approximate: true }, verdict: "cannot_tell" })
  expect(sentenceOf(unknown)).toBe(
    "It cannot be told whether scholar is better or worse than reader, as one of them chose when to stop and the range of their rewards is not known.",
  )
  expect(unknown.proof).toContain("number of examples that was fixed before")
  const apart = of({ test: "betting_apart", interval95: { low: 0.04, high: 0.28, approximate: false, of_all_examples: true } })
  expect(sentenceOf(apart)).toBe("scholar is better than reader by 0.16, more than chance explains.")
  expect(apart.proof).toMatch(/^Each over the examples that it drew in an order of its own: difference \+0\.16/)
})

test("of several runs it is said who leads, or who may", () => {
  const best = rankWords({
    runs: [run("a", { from: 2, to: 3 }), run("b", { from: 1, to: 1 }), run("c", { from: 2, to: 3 })],
    groups: [["b"], ["a", "c"]],
  })
  expect(sentenceOf(best)).toBe("b is the best of 3 runs, by more than chance explains.")
  expect(best.proof).toContain("over 3 pairs; 2 groups")
  const many = Array.from("abcde", (label) => run(label, { from: 1, to: 5 }))
  expect(sentenceOf(rankWords({ runs: many, groups: [[]] }))).toBe(
    "Too close to call which of 5 runs is best: a, b, c and 2 others may be.",
  )
})

test("runs under way are counted, and nothing else is said before two have an example in common", () => {
  const of = (...statuses: ComparedRun["status"][]) => statuses.map((status) => ({ status, against_baseline: against({}) }))
  expect(underWayWords(of("COMPLETED", "FAILED"))).toBeNull()
  expect(underWayWords(of("COMPLETED", "RUNNING", "FAILED"))).toMatchObject({ claim: "1 of 3 runs is under way.", isAll: false })
  expect(underWayWords(of("RUNNING", "PENDING"))).toMatchObject({ claim: "Both runs are under way.", isAll: false })
  const apart = of("RUNNING", "PENDING", "COMPLETED").map((one) => ({ ...one, against_baseline: against({ examples: 0 }) }))
  expect(underWayWords(apart)).toMatchObject({
    claim: "2 of 3 runs are under way.",
    rest: "They have no example in common yet.",
    isAll: true,
  })
})
