import { performance } from "node:perf_hooks"
import { expect, test } from "vitest"
import { newId } from "../../base/ids.ts"
import { line } from "../../testing/log-line.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import { findLogLines } from "./find-logs.ts"
import type { StoredLogLine } from "./log-chunks.ts"
import { countLogLines, eachLogPart, readLastLogLines, readLogLines } from "./read-logs.ts"
import { appendLogLines, deleteLogLines } from "./write-logs.ts"

const platform = testPlatform()
const db = () => platform().services.db

async function logOf(...lines: StoredLogLine[]): Promise<string> {
  const id = newId()
  await appendLogLines(db(), id, 0, lines)
  return id
}
const chunksOf = async (id: string): Promise<number[]> =>
  (await platform().database.pool.query("select line_count from log_chunks where owner_id = $1 order by first_line", [id])).rows.map(
    (row) => row.line_count,
  )
/** All that a filter finds, as a reader collects it. */
async function found(id: string, total: number, filter: object): Promise<number[]> {
  const numbers: number[] = []
  for (let from = 0; from < total; ) {
    const { lines, next } = await findLogLines(db(), id, from, 1000, filter)
    numbers.push(...lines.map(({ n }) => n))
    expect(next).toBeGreaterThan(from)
    from = next
  }
  return numbers
}

test("lines come back as they were written, numbered without gaps, whatever the pieces they came in", async () => {
  const id = newId()
  const written: StoredLogLine[] = []
  for (const size of [1, 2, 700, 1, 1, 199, 3, 1300]) {
    const part = Array.from({ length: size }, (_, i) => line(`line ${written.length + i}`, { at: written.length + i }))
    await appendLogLines(db(), id, written.length, part)
    written.push(...part)
  }
  const read = await readLogLines(db(), id, 0, 5000)
  expect(read).toEqual(written.map((one, n) => ({ ...one, n })))
  expect(await countLogLines(db(), id)).toBe(written.length)
  expect((await readLogLines(db(), id, 703, 3)).map((one) => one.text)).toEqual(["line 703", "line 704", "line 705"])
  expect((await readLastLogLines(db(), id, 2)).map((one) => one.n)).toEqual([written.length - 2, written.length - 1])
  expect(await readLogLines(db(), id, written.length, 10)).toEqual([])
})

test("output that trickles fills rows instead of making one of each line", async () => {
  const id = newId()
  for (let n = 0; n < 450; n++) await appendLogLines(db(), id, n, [line(`${n}`)])
  expect(await chunksOf(id)).toEqual([200, 200, 50])
})

test("a row holds a bounded number of characters, and a longer line has one to itself", async () => {
  const id = await logOf(...Array.from({ length: 20 }, () => line("x".repeat(16_384))), line("y".repeat(300_000)), line("z"))
  expect(await chunksOf(id)).toEqual([8, 8, 4, 1, 1])
  expect((await readLogLines(db(), id, 20, 1))[0]?.text).toHaveLength(300_000)
})

test("a search finds text in any case, as people see it, with quotes, percent signs, umlauts and colours", async () => {
  const texts = [
    'He said "100%_done\\now"',
    "nothing",
    "Größe: ÜBER 9000",
    "\u001b[1mepoch\u001b[0m \u001b[32mthree\u001b[0m",
    "tab\there",
    "a\0b",
  ]
  const id = await logOf(...texts.map((text) => line(text)))
  const finds = async (search: string) => found(id, texts.length, { search })
  expect(await finds("100%_DONE\\now")).toEqual([0])
  expect(await finds('"100%')).toEqual([0])
  expect(await finds("100__done")).toEqual([])
  expect(await finds("über 9000")).toEqual([2])
  expect(await finds("EPOCH THREE")).toEqual([3])
  expect(await finds("tab\there")).toEqual([4])
  expect(await finds("a\uFFFDb")).toEqual([5])
})

test("levels and streams are filters, alone and together with a search", async () => {
  const id = await logOf(
    line("one", { level: "debug" }),
    line("two", { level: "error", stream: "stderr" }),
    line("three", { level: "warning", stream: "log" }),
    line("four", { level: "error", stream: "platform" }),
  )
  expect(await found(id, 4, { level: "warning" })).toEqual([1, 2, 3])
  expect(await found(id, 4, { stream: "stderr" })).toEqual([1])
  expect(await found(id, 4, { level: "error", stream: "platform", search: "O" })).toEqual([3])
  expect(await found(id, 4, { level: "error", search: "three" })).toEqual([])
})

test("what is deleted is gone", async () => {
  const id = await logOf(line("one"))
  await deleteLogLines(db(), [id])
  expect(await countLogLines(db(), id)).toBe(0)
})

test("a log of a million lines: one search call looks at a part, all of them at everything, and it stays small in the database", async () => {
  const id = newId()
  const total = 1_000_000
  for (let from = 0; from < total; from += 20_000)
    await appendLogLines(
      db(),
      id,
      from,
      Array.from({ length: 20_000 }, (_, i) => {
        const n = from + i
        return line(`step ${n} loss=${Math.sin(n).toFixed(6)} reward=${(n * 7919) % 1000} tokens=${(n * 31) % 4096}`, {
          level: n % 100_000 === 0 ? "error" : "info",
        })
      }),
    )
  const started = performance.now()
  const first = await findLogLines(db(), id, 0, 1000, { search: "step 999999" })
  expect(first.lines).toEqual([])
  expect(first.next).toBeLessThan(total)
  expect(await found(id, total, { search: "step 999999" })).toEqual([999_999])
  // About one second on an idle machine; far more would mean that every line is looked at one by one.
  expect(performance.now() - started).toBeLessThan(20_000)
  // Rows without an error are not read, so one call is enough for all of it.
  const errors = await findLogLines(db(), id, 0, 1000, { level: "error" })
  expect([errors.lines.length, errors.next]).toEqual([10, total])
  const { rows } = await platform().database.pool.query("select pg_total_relation_size('log_chunks') as bytes")
  expect(Number(rows[0].bytes)).toBeLessThan(60_000_000)

  let lines = 0
  let longest = 0
  for await (const part of eachLogPart(db(), id, total, {})) {
    lines += part.length
    longest = Math.max(longest, part.length)
  }
  expect([lines, longest]).toEqual([total, 20_000])
}, 120_000)
