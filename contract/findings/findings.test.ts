import { describe, expect, test } from "vitest"
import { clustersOf } from "./clusters.ts"
import { findingsOf } from "./findings.ts"
import type { Observed } from "./observed.ts"
import { cleanSamples, plantedCauses, plantedFailures } from "./planted-failures.ts"
import { suspicionsOf } from "./suspicious.ts"

/** The share of failures that are in a group with most of its members' cause. */
function purity(groups: readonly { samples: readonly Observed[] }[], causes: ReadonlyMap<Observed, string>): number {
  let right = 0
  let all = 0
  for (const { samples } of groups) {
    const counts = new Map<string, number>()
    for (const sample of samples) {
      const cause = causes.get(sample) ?? ""
      counts.set(cause, (counts.get(cause) ?? 0) + 1)
    }
    right += Math.max(...counts.values())
    all += samples.length
  }
  return right / all
}

describe("failures of twelve planted causes", () => {
  test.each([1, 2, 3, 4, 5])("are told apart, in few groups (seed %i)", (seed) => {
    const { failures, passed } = plantedFailures(200, seed)
    const causes = new Map(failures.map(({ sample, cause }) => [sample, cause]))
    const groups = clustersOf(
      failures.map(({ sample }) => sample),
      passed,
    )
    expect(groups.flatMap(({ samples }) => samples)).toHaveLength(200)
    expect(purity(groups, causes)).toBeGreaterThanOrEqual(0.9)
    expect(groups.length).toBeLessThanOrEqual(2 * Object.keys(plantedCauses).length)
  })

  test("are named by what sets them apart", () => {
    const { failures, passed } = plantedFailures(200, 7)
    const groups = clustersOf(
      failures.map(({ sample }) => sample),
      passed,
    )
    const causes = new Map(failures.map(({ sample, cause }) => [sample, cause]))
    const nameOf = (cause: string) => groups.filter(({ samples }) => causes.get(samples[0] as Observed) === cause).map(({ name }) => name)
    expect(nameOf("the judge limits its rate").join()).toMatch(/^end with RateLimitError: 429 Too many requests/)
    expect(nameOf("too many turns").join()).toContain("stop with max_turns")
    expect(nameOf("a tool that does not find").join()).toContain("end after a failed call of look_up")
    expect(nameOf("an empty answer").join()).toContain("have an empty answer")
    expect(nameOf("a refusal").join()).toMatch(/^say “i am sorry but i cannot help with/)
  })
})

describe("rewards that deserve a look", () => {
  test.each([11, 12, 13])("are rare where nothing is wrong (seed %i)", (seed) => {
    const samples = cleanSamples(500, seed)
    const flagged = new Set(suspicionsOf(samples).flatMap((one) => one.samples))
    expect(flagged.size / samples.length).toBeLessThanOrEqual(0.02)
  })

  const [first, ...others] = cleanSamples(60, 21).map((sample) => ({ ...sample, reward: sample.reward === 1 ? 1 : 0 })) as [
    Observed,
    ...Observed[],
  ]
  const kinds = (change: Partial<Observed>) => suspicionsOf([{ ...first, reward: 1, ...change }, ...others]).map(({ kind }) => kind)

  test.each<[string, Partial<Observed>, string[]]>([
    ["an empty answer with the top score", { answer: " \n", tools: [] }, ["empty_answer"]],
    ["an empty answer after a tool's work", { answer: "", tools: ["submit"] }, []],
    [
      "the answer in the prompt",
      { expected: "The Treaty of Tordesillas", prompt: "Hint:  the treaty of\nTordesillas. Which one?" },
      ["answer_in_prompt"],
    ],
    ["a part of a longer word", { expected: "carpenter", prompt: "Two carpenters meet." }, []],
    ["a short answer", { expected: "42", prompt: "42 apples" }, []],
    ["the answer in a result", { expected: "Mount Kosciuszko", results: ['{"key": "Mount Kosciuszko"}'] }, ["answer_in_result"]],
    ["a test that is rewritten", { calls: ["echo 'assert True' > tests/test_sum.py"] }, ["grader_touched"]],
    ["a test that is removed", { calls: ["cd repo && rm tests/test_sum.py"] }, ["grader_touched"]],
    ["a test that is run", { calls: ["pytest tests/test_sum.py"] }, []],
    ["a key that is read", { calls: ["cat /data/answer_key.json"] }, ["grader_touched"]],
    ["a reward beyond the others'", { reward: 7, expected: null }, ["out_of_range"]],
  ])("%s", (_, change, expected) => {
    expect(kinds(change)).toEqual(expected)
  })

  test("what is usual in a run is how its environment works", () => {
    const copied = cleanSamples(60, 22).map((sample, i) => ({
      ...sample,
      expected: `the line number ${i} of it`,
      prompt: `Repeat: the line number ${i} of it`,
    }))
    expect(suspicionsOf(copied)).toEqual([])
  })
})

test("findings name their first samples and say how much was looked at", () => {
  const { failures, passed } = plantedFailures(120, 3)
  const found = findingsOf("e", [...failures.map(({ sample }) => sample), ...passed], 1000)
  expect(found).toMatchObject({ looked_at: 240, samples: 1000, failures: 120, suspicions: [] })
  expect(found.clusters.reduce((sum, one) => sum + one.samples, 0)).toBeGreaterThanOrEqual(110)
  for (const one of found.clusters) expect(one.sample_ids.length).toBe(Math.min(50, one.samples))
  expect(findingsOf("e", [], 0)).toMatchObject({ clusters: [], suspicions: [], failures: 0 })
})
