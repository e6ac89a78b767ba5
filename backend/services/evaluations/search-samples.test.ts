import { expect, test } from "vitest"
import { CreateEvaluationRequest, ListSampleSummariesQuery } from "../../../contract/index.ts"
import { toNewSample } from "../../store/samples/sample-batches.ts"
import { insertSamples } from "../../store/samples/samples.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { createEvaluation } from "./create-evaluation.ts"
import { deleteEvaluation } from "./delete-evaluation.ts"
import { pushSamples } from "./push-samples.ts"
import { listSampleSummaries } from "./read-samples.ts"

const platform = testPlatform()

const said = (content: unknown, more: object = {}) => ({
  prompt: [{ role: "user", content: "q" }],
  completion: [{ role: "assistant", content, ...more }],
})

async function pushed(ctx: Context, samples: object[]): Promise<string> {
  const { id } = await createEvaluation(ctx, CreateEvaluationRequest.parse({ name: "e", run_id: "r" }))
  await pushSamples(
    ctx,
    id,
    samples.map((sample, i) => ({ example_id: `ex-${i}`, reward: i, ...sample })),
  )
  return id
}

const answer = (ctx: Context, id: string, query: object) =>
  listSampleSummaries(ctx, id, ListSampleSummariesQuery.parse({ sort_by: "seq", ...query }))

/** The places of the samples that a search finds. */
async function found(ctx: Context, id: string, search: string, query: object = {}): Promise<number[]> {
  const { samples, total, search: scope } = await answer(ctx, id, { search, ...query })
  expect(scope).toMatchObject({ looked_through: null, waiting: 0, total_is_least: false })
  expect(total).toBe(samples.length)
  return samples.map(({ seq }) => seq - 1)
}

test("what people read is found as they read it, and nothing else of the stored JSON", async () => {
  const ada = await newUser(platform(), "ada")
  const call = { id: "c", type: "function", function: { name: "read_file", arguments: JSON.stringify({ path: "/etc/hosts", n: 7 }) } }
  const id = await pushed(ada, [
    said(`${"thinking about it ".repeat(40)}{"verdict": "wrong"} in C:\\temp\\file3`),
    said("fine", { reasoning_content: "Let me wonder quietly" }),
    {
      prompt: "q",
      completion: [
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", tool_call_id: "c", content: "127.0.0.1" },
      ],
    },
    said("100% of file_name\nand a second line"),
    { ...said("none"), error: { error: "ValueError", message: "the sandbox was gone" } },
    said([{ type: "text", text: "in parts" }]),
  ])
  expect(await found(ada, id, '"verdict": "wrong"')).toEqual([0])
  expect(await found(ada, id, "C:\\temp\\file3")).toEqual([0])
  expect(await found(ada, id, "WONDER Quietly")).toEqual([1])
  expect(await found(ada, id, "read_file")).toEqual([2])
  expect(await found(ada, id, '"path": "/etc/hosts"')).toEqual([2])
  expect(await found(ada, id, "127.0.0.1")).toEqual([2])
  expect(await found(ada, id, "the sandbox was gone")).toEqual([4])
  expect(await found(ada, id, "in parts")).toEqual([5])
  expect(await found(ada, id, "file_name and a second")).toEqual([3])
  for (const key of ["role", "content", "assistant", "completion", "tool_calls", "function", "reward"])
    expect(await found(ada, id, key)).toEqual([])
})

test("wildcards of SQL and of expressions are ordinary characters, and blanks and letters are as people take them", async () => {
  const bea = await newUser(platform(), "bea")
  const id = await pushed(bea, [
    said("100% of file_name"),
    said("100 of filexname"),
    said("a(b)*c [d] ^$ {2}"),
    said("GRÖSSE Ελληνικός ΟΔΟΣ Привет 東京タワー e\u0301t\u00e9"),
    said("a\u0000b and a half \ud83d pair"),
    said("x  y\t z"),
  ])
  expect(await found(bea, id, "100%")).toEqual([0])
  expect(await found(bea, id, "file_name")).toEqual([0])
  expect(await found(bea, id, "a(b)*c [d] ^$ {2}")).toEqual([2])
  for (const words of ["grösse", "ΕΛΛΗΝΙΚΌΣ", "οδο", "привет", "ПРИВ", "東京", "タワー", "été", "ÉTÉ"])
    expect(await found(bea, id, words)).toEqual([3])
  expect(await found(bea, id, "and a half")).toEqual([4])
  expect(await found(bea, id, "x y z")).toEqual([5])
  expect(await answer(bea, id, { search: "   " })).toMatchObject({ total: 6, search: null })
})

test("an expression is a choice, and one that is none is refused with the field", async () => {
  const cem = await newUser(platform(), "cem")
  const id = await pushed(cem, [said("Answer: 42\nfoo bar"), said("answer: none"), said("the category is cat")])
  const regex = { search_mode: "regex" }
  expect(await found(cem, id, "answer: \\d+", regex)).toEqual([0])
  expect(await found(cem, id, "^FOO\\s+bar$", regex)).toEqual([0])
  expect(await found(cem, id, "42.foo", regex)).toEqual([])
  expect(await found(cem, id, "\\bcat\\b", regex)).toEqual([2])
  expect(await found(cem, id, "(?i)none|4[0-9]", regex)).toEqual([0, 1])
  expect(await found(cem, id, "answer: \\d+")).toEqual([])
  for (const search of ["(", "[a", "*", "a{5,2}"])
    await expect(answer(cem, id, { search, ...regex })).rejects.toMatchObject({
      code: "invalid",
      problems: [{ path: ["search"], message: expect.stringContaining("no regular expression") }],
    })
})

test("a text that is longer than a block is found across its border, and an example by its whole id", async () => {
  const dan = await newUser(platform(), "dan")
  const filler = "lorem ipsum ".repeat(2000)
  const texts = [7400, 7990, 8001, 15_450].map((at) => said(`${filler.slice(0, at)}needle-${at}${filler}`))
  const id = await pushed(dan, texts)
  for (const [i, at] of [7400, 7990, 8001, 15_450].entries()) expect(await found(dan, id, `needle-${at}`)).toEqual([i])
  expect(await found(dan, id, "ex-2")).toEqual([2])
  expect(await found(dan, id, "ex-")).toEqual([])
})

test("in a long run a frequent text is found page by page without the index, and a rare one is counted", async () => {
  const ivo = await newUser(platform(), "ivo-long")
  const id = await pushed(
    ivo,
    Array.from({ length: 60 }, (_, i) => said(i === 57 ? "green quince" : "green apple")),
  )
  await answer(ivo, id, { search: "apple" })
  // As if 20,000 samples had come before these.
  await platform().database.pool.query("update samples set seq = seq + 20000 where evaluation_id = $1", [id])
  await platform().database.pool.query("update sample_text_progress set seq = seq + 20000, due = due + 20000 where evaluation_id = $1", [
    id,
  ])
  const first = await answer(ivo, id, { search: "apple", limit: 50 })
  expect([first.total, first.search?.total_is_least, first.search?.waiting]).toEqual([50, true, 0])
  const second = await answer(ivo, id, { search: "apple", limit: 50, after: first.next })
  expect([...first.samples, ...second.samples]).toHaveLength(59)
  expect(second.next).toBeNull()
  expect(await answer(ivo, id, { search: "quince" })).toMatchObject({ total: 1, next: null, search: { total_is_least: false } })
})

test("a search goes with the other filters, orders and pages", async () => {
  const eva = await newUser(platform(), "eva")
  const id = await pushed(
    eva,
    Array.from({ length: 30 }, (_, i) => ({ ...said(i % 3 === 0 ? "green apple" : "pear"), is_truncated: i % 2 === 0 })),
  )
  expect(await found(eva, id, "apple", { outcome: "truncated" })).toEqual([0, 6, 12, 18, 24])
  expect(await found(eva, id, "apple", { reward_min: 20, sort_by: "reward", sort_order: "desc" })).toEqual([27, 24, 21])
  const first = await answer(eva, id, { search: "apple", limit: 4 })
  const second = await answer(eva, id, { search: "apple", limit: 40, after: first.next })
  expect([...first.samples, ...second.samples].map(({ seq }) => seq - 1)).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27])
  expect([first.total, second.total, second.next]).toEqual([10, 10, null])
})

test("a search that looks through samples passes those without a value last in both directions", async () => {
  const lou = await newUser(platform(), "lou")
  const id = await pushed(
    lou,
    Array.from({ length: 600 }, (_, i) => ({ ...said("apple"), reward: i % 3 === 0 ? null : (i * 7) % 600 })),
  )
  const walk = async (sort_order: string) => {
    const rewards: (number | null)[] = []
    for (let after: string | null | undefined; after !== null; ) {
      const page = await answer(lou, id, { search: "apple", sort_by: "reward", sort_order, limit: 90, after })
      expect(page.search?.looked_through === null).toBe(page.next === null)
      rewards.push(...page.samples.map(({ reward }) => reward))
      after = page.next
    }
    return rewards
  }
  const given = Array.from({ length: 600 }, (_, i) => (i * 7) % 600).filter((_, i) => i % 3 > 0)
  const missing = Array.from({ length: 200 }, () => null)
  expect(await walk("asc")).toEqual([...given.sort((a, b) => a - b), ...missing])
  expect(await walk("desc")).toEqual([...given.sort((a, b) => b - a), ...missing])
})

test("other runs are not searched, nor those of somebody else, nor what was deleted", async () => {
  const [fay, gil] = [await newUser(platform(), "fay"), await newUser(platform(), "gil")]
  const mine = await pushed(fay, [said("common secretword")])
  const other = await pushed(fay, [said("common")])
  expect(await found(fay, mine, "secretword")).toEqual([0])
  expect(await found(fay, other, "secretword")).toEqual([])
  await expect(answer(gil, mine, { search: "secretword" })).rejects.toMatchObject({ code: "not_found" })
  await deleteEvaluation(fay, mine)
  const { rows } = await platform().database.pool.query("select count(*)::int as n from sample_texts where evaluation_id = $1", [mine])
  expect(rows).toEqual([{ n: 0 }])
})

test("the samples that took the place of others are found, and those not any more", async () => {
  const ivy = await newUser(platform(), "ivy")
  const id = await pushed(ivy, [said("the first attempt"), said("unchanged")])
  expect(await found(ivy, id, "attempt")).toEqual([0])
  const { db, pool } = platform().database
  const { rows } = await pool.query("select dedupe_key from samples where evaluation_id = $1 and seq = 1", [id])
  const again = toNewSample({ example_id: "ex-0", ...said("the second go") }, { dedupeKey: rows[0].dedupe_key, rolloutIndex: 0, order: 0 })
  await db.transaction((tx) => insertSamples(tx, id, 2, 2, [{ ...again, replaces: true }]))
  expect(await found(ivy, id, "second go")).toEqual([2])
  expect(await found(ivy, id, "attempt")).toEqual([])
  expect(await found(ivy, id, "go")).toEqual([2])
})

test("a large run: a short word is looked for in steps that say so and go on, a frequent one fills its page", async () => {
  const hal = await newUser(platform(), "hal")
  const id = await pushed(hal, [])
  const all = 5000
  for (let from = 0; from < all; from += 1000)
    await pushSamples(
      hal,
      id,
      Array.from({ length: 1000 }, (_, i) => ({ example_id: from + i, ...said(from + i === 4321 ? "frequent, here: qz" : "frequent") })),
    )
  let waiting = all
  for (let asked = 0; waiting > 0 && asked < 60; asked++) waiting = (await answer(hal, id, { search: "qqq" })).search?.waiting ?? 0
  expect(waiting).toBe(0)

  const seen: number[] = []
  const steps: (number | null | undefined)[] = []
  for (let after: string | null = null; ; ) {
    const page = await answer(hal, id, { search: "qz", ...(after === null ? {} : { after }) })
    seen.push(...page.samples.map(({ seq }) => seq - 1))
    steps.push(page.search?.looked_through)
    after = page.next
    if (after === null) break
  }
  expect(seen).toEqual([4321])
  expect(steps).toEqual([2000, 2000, null])

  const frequent = await answer(hal, id, { search: "frequent", limit: 50 })
  expect(frequent.samples).toHaveLength(50)
  expect(frequent.search).toMatchObject({ looked_through: 50, total_is_least: true })
  expect(frequent.next).not.toBeNull()
}, 120_000)
