import { describe, expect, test } from "vitest"
import { type Cluster, clustersOf } from "./clusters.ts"
import { SeenSamples } from "./findings.ts"
import { FailureKinds } from "./kinds.ts"
import { note } from "./noted.ts"
import type { Observed } from "./observed.ts"
import { cleanSamples, plantedCauses, plantedFailures } from "./planted-failures.ts"
import { suspicionsOf } from "./suspicious.ts"

/** The groups of planted failures, in their own order, beside samples that pass. */
function groupsOf({ failures, passed }: ReturnType<typeof plantedFailures>): Cluster[] {
  const kinds = new FailureKinds()
  const noted = failures.map(({ sample }) => ({ sample, noted: note(sample) }))
  for (const { sample, noted: own } of noted) kinds.add(own, sample.outcome === "error" ? (sample.error ?? "") : sample.answer)
  return clustersOf(kinds, [...noted.map(({ noted: own }) => own), ...passed.map(note)])
}

type Causes = ReadonlyMap<string, string>
const causesOf = ({ failures }: ReturnType<typeof plantedFailures>): Causes =>
  new Map(failures.map(({ sample, cause }) => [sample.sample_id, cause]))

/** The share of failures that are in a group with most of its members' cause. */
function purity(groups: readonly Cluster[], causes: Causes): number {
  let right = 0
  let all = 0
  for (const { samples } of groups) {
    const counts = new Map<string, number>()
    for (const { sample_id } of samples) {
      const cause = causes.get(sample_id) ?? ""
      counts.set(cause, (counts.get(cause) ?? 0) + 1)
    }
    right += Math.max(...counts.values())
    all += samples.length
  }
  return right / all
}

describe("failures of twelve planted causes", () => {
  test.each([1, 2, 3, 4, 5])("are told apart, in few groups (seed %i)", (seed) => {
    const planted = plantedFailures(200, seed)
    const groups = groupsOf(planted)
    expect(groups.flatMap(({ samples }) => samples)).toHaveLength(200)
    expect(purity(groups, causesOf(planted))).toBeGreaterThanOrEqual(0.9)
    expect(groups.length).toBeLessThanOrEqual(2 * Object.keys(plantedCauses).length)
  })

  test("are named by what sets them apart", () => {
    const planted = plantedFailures(200, 7)
    const groups = groupsOf(planted)
    const causes = causesOf(planted)
    const nameOf = (cause: string) =>
      groups.filter(({ samples }) => causes.get(samples[0]?.sample_id ?? "") === cause).map(({ name }) => name)
    expect(nameOf("the judge limits its rate").join()).toMatch(/^end with RateLimitError: 429 Too many requests/)
    expect(nameOf("too many turns").join()).toContain("stop with max_turns")
    expect(nameOf("a tool that does not find").join()).toContain("end after a failed call of look_up")
    expect(nameOf("an empty answer").join()).toContain("have an empty answer")
    expect(nameOf("a refusal").join()).toMatch(/^say “i am sorry but i cannot help with/)
  })

  test("are told apart among many thousands, also a kind that begins late", { timeout: 60_000 }, () => {
    const { failures, passed } = plantedFailures(7200, 9)
    const isLate = ({ cause }: (typeof failures)[number]) => cause === "the question again"
    // Nothing of it is among those by which the first kinds are learned.
    const planted = { passed, failures: [...failures.filter((one) => !isLate(one)), ...failures.filter(isLate)] }
    const groups = groupsOf(planted)
    const causes = causesOf(planted)
    expect(groups.flatMap(({ samples }) => samples)).toHaveLength(7200)
    expect(purity(groups, causes)).toBeGreaterThanOrEqual(0.9)
    const late = groups.find(({ samples }) => causes.get(samples[0]?.sample_id ?? "") === "the question again")
    expect(late?.name).toMatch(/^say “before i can go on could you please …”/)
    expect(late?.samples).toHaveLength(600)
    // However many failures there are, most are in as few groups as in a short run.
    const most = groups.slice(0, 2 * Object.keys(plantedCauses).length).flatMap(({ samples }) => samples)
    expect(most.length).toBeGreaterThanOrEqual(0.9 * 7200)
  })

  test("end in a time that does not grow faster than the run where nothing is alike", { timeout: 60_000 }, () => {
    const [sample] = cleanSamples(1, 4) as [Observed]
    const kinds = new FailureKinds()
    const noted = Array.from({ length: 30_000 }, (_, i) => note({ ...sample, sample_id: `s${i}`, reward: 0 }))
    const word = (i: number) => i.toString(26).replace(/\d/g, (digit) => String.fromCharCode(112 + Number(digit)))
    for (const [i, one] of noted.entries()) kinds.add(one, Array.from({ length: 40 }, (_, k) => word(i * 41 + k * k)).join(" "))
    expect(clustersOf(kinds, noted).flatMap(({ samples }) => samples)).toHaveLength(30_000)
  })
})

describe("rewards that deserve a look", () => {
  test.each([11, 12, 13])("are rare where nothing is wrong (seed %i)", (seed) => {
    const samples = cleanSamples(500, seed)
    const flagged = new Set(suspicionsOf(samples.map(note)).flatMap((one) => one.samples))
    expect(flagged.size / samples.length).toBeLessThanOrEqual(0.02)
  })

  const [first, ...others] = cleanSamples(60, 21).map((sample) => ({ ...sample, reward: sample.reward === 1 ? 1 : 0 })) as [
    Observed,
    ...Observed[],
  ]
  const kinds = (change: Partial<Observed>) =>
    suspicionsOf([{ ...first, reward: 1, ...change }, ...others].map(note)).map(({ kind }) => kind)

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
    expect(suspicionsOf(copied.map(note))).toEqual([])
  })
})

test("findings name their first samples and say how much was looked at", () => {
  const { failures, passed } = plantedFailures(120, 3)
  const seen = new SeenSamples()
  for (const sample of [...failures.map(({ sample }) => sample), ...passed]) seen.add(sample)
  const found = seen.findings("e", 1000)
  expect(found).toMatchObject({ looked_at: 240, samples: 1000, failures: 120, suspicions: [] })
  expect(found.clusters.reduce((sum, one) => sum + one.samples, 0)).toBeGreaterThanOrEqual(110)
  for (const one of found.clusters) expect(one.sample_ids.length).toBe(Math.min(50, one.samples))
  expect(new SeenSamples().findings("e", 0)).toMatchObject({ clusters: [], suspicions: [], failures: 0 })
})
