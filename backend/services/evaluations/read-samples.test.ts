import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListSampleSummariesQuery } from "../../../contract/index.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { exportSamples } from "./exports/samples.ts"
import { getRunStatistics } from "./get-evaluation.ts"
import { pushSamples } from "./push-samples.ts"
import { getSample, listErrorGroups, listSampleSummaries } from "./read-samples.ts"

const platform = testPlatform()

async function pushed(ctx: Context, samples: object[]): Promise<string> {
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r" }))
  await pushSamples(ctx, id, samples as Record<string, unknown>[])
  return id
}
const list = (ctx: Context, id: string, query: object = {}) => listSampleSummaries(ctx, id, ListSampleSummariesQuery.parse(query))

test("metrics that are no numbers are listed as text, and count in no mean", async () => {
  const ada = await newUser(platform(), "ada")
  const metrics = { exact: 1, flag: true, grade: "A", half: "0.5", nested: { a: 1 }, listed: [1, 2], none: null, long: "x".repeat(5000) }
  const id = await pushed(ada, [
    { example_id: 0, reward: 1, metrics },
    { example_id: 1, reward: 0, metrics: { exact: 0, grade: 7 } },
  ])
  const { samples, metric_names: names } = await list(ada, id, { sort_by: "metric:grade", sort_order: "desc" })
  expect(samples.map(({ example_id }) => example_id)).toEqual(["1", "0"])
  expect(samples[1]?.metrics).toEqual({ exact: 1, flag: 1 })
  expect(samples[1]?.text_metrics).toEqual({
    grade: "A",
    half: "0.5",
    nested: '{"a":1}',
    listed: "[1,2]",
    long: "x".repeat(200),
  })
  expect(names?.sort()).toEqual(["exact", "flag", "grade", "half", "listed", "long", "nested"])
  const statistics = await getRunStatistics(ada, id)
  expect(statistics.metrics.map(({ name, count }) => [name, count])).toEqual([
    ["exact", 2],
    ["flag", 1],
    ["grade", 1],
  ])
  expect(statistics.text_metrics).toEqual(["half", "nested", "listed", "long"])
  let csv = ""
  for await (const part of await exportSamples(ada, id)) csv += part
  expect(csv).toContain("metric: grade")
  expect(csv).toContain('"{""a"":1}"')
})

test("a metric that only the last samples have is named with the first page, whatever its name", async () => {
  const bea = await newUser(platform(), "bea")
  const names = ["late", "constructor", "", "x".repeat(300)]
  const late = Object.fromEntries(names.map((name) => [name, 0.5]))
  const id = await pushed(
    bea,
    Array.from({ length: 12 }, (_, i) => ({ example_id: i, reward: 1, metrics: i < 11 ? { early: 1 } : late })),
  )
  const first = await list(bea, id, { limit: 5 })
  expect(first.metric_names).toEqual(["early", ...names])
  expect((await list(bea, id, { limit: 5, after: first.next })).metric_names).toBeNull()
  for (const name of names)
    expect((await list(bea, id, { limit: 1, sort_by: `metric:${name}`, sort_order: "desc" })).samples[0]?.example_id).toBe("11")
})

test("samples are sorted by a metric of any length of name", async () => {
  const hal = await newUser(platform(), "hal")
  const name = "kl_".repeat(700)
  const id = await pushed(
    hal,
    [0.5, null, 2, -1].map((value, example_id) => ({ example_id, metrics: value === null ? {} : { [name]: value } })),
  )
  const ids = async (query: object) => (await list(hal, id, { sort_by: `metric:${name}`, ...query })).samples.map((one) => one.example_id)
  expect(await ids({})).toEqual(["3", "0", "2", "1"])
  expect(await ids({ sort_order: "desc", limit: 3 })).toEqual(["2", "0", "3"])
})

test("an error that is understood better than its class is told in its own words", async () => {
  const gil = await newUser(platform(), "gil")
  const page = "1 validation error for ChatCompletion\n  Invalid JSON: expected value at line 1 column 1 [input_value=b'<html><body>Hi']"
  const error = {
    error: "ModelError",
    message: "ModelError",
    error_chain_repr: `ModelError() -> ${page}`,
    error_chain_str: "ModelError -> ValidationError",
  }
  const id = await pushed(gil, [{ example_id: 0, error }])
  const { groups } = await listErrorGroups(gil, id)
  expect(groups).toMatchObject([{ explanation: expect.stringContaining("web page"), advice: expect.stringContaining("base URL right") }])
  const { problems } = await getSample(gil, id, groups[0]?.sample_id as string)
  expect(problems).toMatchObject([{ class: "inference_response", explanation: groups[0]?.explanation, advice: groups[0]?.advice }])
})

test("errors are grouped by exception and message, but for the numbers in it, and each group can be listed", async () => {
  const cyd = await newUser(platform(), "cyd")
  const errors = [
    ...Array.from({ length: 6 }, (_, i) => `RuntimeError: row ${i} of table 0x${i}f failed after ${i}.5 s`),
    "ValueError: row 1 of table 0x1f failed after 1.5 s",
    "RuntimeError: no space left",
  ]
  const id = await pushed(
    cyd,
    errors.map((error, i) => ({ example_id: i, reward: 0, error })),
  )
  const { groups } = await listErrorGroups(cyd, id)
  expect(groups.map(({ samples, first }) => [samples, first.exception, first.message?.slice(0, 12)])).toEqual([
    [6, "RuntimeError", "row 0 of tab"],
    [1, "ValueError", "row 1 of tab"],
    [1, "RuntimeError", "no space lef"],
  ])
  for (const { class: error_class, key, samples } of groups)
    expect((await list(cyd, id, { error_class, error_group: key })).total).toBe(samples)
})

test("many different errors are taken together, so that an answer stays small", async () => {
  const dan = await newUser(platform(), "dan")
  const words = Array.from({ length: 60 }, (_, i) => String.fromCharCode(97 + (i % 26)).repeat(1 + i / 26))
  const id = await pushed(
    dan,
    words.map((word, i) => ({ example_id: i, reward: 0, error: `RuntimeError: ${word}` })),
  )
  const { groups } = await listErrorGroups(dan, id)
  expect(groups).toHaveLength(21)
  expect(groups[0]).toMatchObject({ key: null, samples: 40 })
  expect(groups.reduce((sum, { samples }) => sum + samples, 0)).toBe(60)
})

test("examples are sorted by all digits of their numbers, page by page and from sample to sample", async () => {
  const eve = await newUser(platform(), "eve")
  const [low, high, huge] = ["9007199254740992", "9007199254740993", `1${"0".repeat(40)}`]
  const id = await pushed(
    eve,
    [high, low, huge, low, "-3", high, "0.5", "1e3", "12e999"].map((example_id) => ({ example_id, reward: 0 })),
  )
  // What is no number has its place among the examples, here the last.
  const sorted = ["-3", "0.5", "12e999", "1e3", low, low, high, high, huge]
  const inPages = async (sort_order: string) => {
    const found: { example_id: string; sample_id: string }[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(eve, id, { sort_by: "example", sort_order, limit: 1, after })
      found.push(...page.samples)
      after = page.next
    }
    return found
  }
  const found = await inPages("asc")
  expect(found.map(({ example_id }) => example_id)).toEqual(sorted)
  expect((await inPages("desc")).map(({ example_id }) => example_id)).toEqual(sorted.toReversed())
  for (const [i, { sample_id }] of found.entries())
    expect((await getSample(eve, id, sample_id)).next_id ?? undefined).toBe(found[i + 1]?.sample_id)
  await expect(list(eve, id, { sort_by: "example", after: "1e-400:1" })).resolves.toBeTruthy()
})

test("whether a rollout passes is asked for with a threshold; the kept statistics stay those of the library's", async () => {
  const fay = await newUser(platform(), "fay")
  const id = await pushed(
    fay,
    [0.2, 0.6, 0.9, 1].map((reward, i) => ({ example_id: Math.floor(i / 2), reward })),
  )
  const passes = async (threshold?: number) => {
    const { pass_threshold, outcomes, pass_at_k } = await getRunStatistics(fay, id, threshold)
    return [pass_threshold, outcomes?.pass, outcomes?.highest_fail, pass_at_k[1]?.pass_all]
  }
  expect(await passes()).toEqual([0.5, 3, 0.2, 0.5])
  expect(await passes(0.95)).toEqual([0.95, 1, 0.9, 0])
  expect(await passes(0)).toEqual([0, 4, null, 1])
  expect(await passes()).toEqual([0.5, 3, 0.2, 0.5])
})

test("what samples answered and should have answered comes with a list that asks for it, one line each", async () => {
  const ned = await newUser(platform(), "ned")
  const says = (content: unknown, role = "assistant") => [
    { role: "assistant", content: "first" },
    { role, content },
  ]
  const long = `${"so ".repeat(300)}<total>8</total>`
  const id = await pushed(ned, [
    { example_id: 0, answer: "4\n2", completion: says("It is \\boxed{42}.") },
    { example_id: 1, task: { idx: 1, answer: "12345678901234567890" }, completion: says(long) },
    { example_id: 2, answer: { total: 1.5 }, completion: says([{ type: "text", text: "parts" }]) },
    { example_id: 3, completion: says("a question", "user") },
    { example_id: 4, completion: "just a text" },
    { example_id: 5, answer: "no", completion: says("yes"), notes: "x".repeat(400_000) },
  ])
  const answers = async (query: object) =>
    (await list(ned, id, query)).samples.map(({ answer_preview: said, expected_preview: expected }) => [said, expected])
  expect(await answers({ with_answers: "true" })).toEqual([
    ["42", "4 2"],
    ["8", "12345678901234567890"],
    [null, '{"total":1.5}'],
    [null, null],
    [null, null],
    [null, null],
  ])
  expect(await answers({})).toEqual(Array(6).fill([undefined, undefined]))
})
