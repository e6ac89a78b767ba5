import { expect, test } from "vitest"
import { updateEvaluation } from "../store/evaluations/evaluations.ts"
import type { StoredLogLine } from "../store/logs/log-chunks.ts"
import { appendLogLines } from "../store/logs/write-logs.ts"
import { testPlatform } from "../testing/test-platform.ts"

const platform = testPlatform()
const call: ReturnType<typeof platform>["call"] = (...request) => platform().call(...request)

async function runWithLog(texts: string[], also: (n: number) => Partial<StoredLogLine> = () => ({})): Promise<string> {
  const { body } = await call("POST", "/evaluations/", { name: "with a log", run_id: "r" })
  const id = body.evaluation_id as string
  const lines = texts.map((text, n): StoredLogLine => ({ at: 1_700_000_000_000 + n, stream: "stdout", level: "info", text, ...also(n) }))
  for (let from = 0; from < lines.length; from += 10_000)
    await appendLogLines(platform().services.db, id, from, lines.slice(from, from + 10_000))
  await updateEvaluation(platform().services.db, id, { logLines: texts.length })
  return id
}

const download = (id: string, query = "") =>
  platform().fetch(
    new Request(`http://platform.test/api/v1/evaluations/${id}/logs/download${query}`, {
      headers: { authorization: "Bearer he_test_key_of_the_local_user" },
    }),
    null,
  )

test("without a filter the newest lines come, with one the first that fit, and `next` says where to go on", async () => {
  const id = await runWithLog(
    Array.from({ length: 25 }, (_, n) => `line ${n}`),
    (n) => (n % 10 === 0 ? { level: "error", stream: "stderr" } : {}),
  )
  const numbers = async (query: string) => {
    const { body } = await call("GET", `/evaluations/${id}/log-lines?${query}`)
    return [body.lines.map((line: any) => line.n), body.next, body.total]
  }
  expect(await numbers("limit=3")).toEqual([[22, 23, 24], 25, 25])
  expect(await numbers("from=4&limit=2")).toEqual([[4, 5], 6, 25])
  expect(await numbers("search=LINE 2&limit=3")).toEqual([[2, 20, 21], 22, 25])
  expect(await numbers("search=LINE 2&limit=3&from=22")).toEqual([[22, 23, 24], 25, 25])
  expect(await numbers("level=error")).toEqual([[0, 10, 20], 25, 25])
  expect(await numbers("stream=stdout&limit=2")).toEqual([[1, 2], 3, 25])
  expect(await numbers("from=25")).toEqual([[], 25, 25])

  const { body } = await call("GET", `/evaluations/${id}/log-hits?search=line 1&stream=stdout`)
  expect(body).toEqual({ evaluation_id: id, numbers: [1, 11, 12, 13, 14, 15, 16, 17, 18, 19], next: 25, total: 25 })
})

test("a long line is cut when the reader says how long lines may be, and says how long it is", async () => {
  const id = await runWithLog(["x".repeat(9000), "short"])
  const { body } = await call("GET", `/evaluations/${id}/log-lines?characters=100`)
  expect(body.lines.map((line: any) => [line.text.length, line.characters])).toEqual([
    [100, 9000],
    [5, undefined],
  ])
  const whole = await call("GET", `/evaluations/${id}/log-lines?from=0&limit=1`)
  expect(whole.body.lines[0].text).toHaveLength(9000)
})

test("the log downloads as plain text without escapes, or as JSON lines, whole or what fits", async () => {
  const id = await runWithLog(["one", "\u001b[31mtwo\u001b[0m", "", "three\nmore of three"], (n) => (n === 1 ? { level: "error" } : {}))
  const text = await download(id)
  expect(text.headers.get("content-type")).toBe("text/plain; charset=utf-8")
  expect(text.headers.get("content-disposition")).toBe(`attachment; filename="${id}.log"`)
  expect(await text.text()).toBe("one\ntwo\n\nthree\nmore of three\n")
  expect(await (await download(id, "?search=three")).text()).toBe("three\nmore of three\n")
  const lines = await (await download(id, "?format=jsonl&level=error")).text()
  expect(
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ n: 1, at: "2023-11-14T22:13:20.001Z", stream: "stdout", level: "error", text: "\u001b[31mtwo\u001b[0m" }])
  expect((await download("cnotthere000000000000000")).status).toBe(404)
})

test("a download has long lines in one piece, and of unfinished ones the last state", async () => {
  const parts: Partial<StoredLogLine>[] = [
    { part: "piece" },
    {},
    { part: "unfinished", stream: "stderr" },
    {},
    { stream: "stderr" },
    { part: "unfinished", stream: "stderr" },
  ]
  const id = await runWithLog(["{a", "warning", "bar 1", "b}", "bar 2", "bar 3"], (n) => parts[n] ?? {})
  expect(await (await download(id)).text()).toBe("{awarning\nb}\nbar 2\nbar 3\n")
  expect(await (await download(id, "?search=bar")).text()).toBe("bar 1\nbar 2\nbar 3\n")
  const { body } = await call("GET", `/evaluations/${id}/log-lines`)
  expect(body.lines.map((line: any) => line.part ?? null)).toEqual(["piece", null, "unfinished", null, null, "unfinished"])
})

test("a download is read as fast as it is taken, and not at all once the reader is gone", async () => {
  const id = await runWithLog(Array.from({ length: 60_000 }, (_, n) => `line ${n} ${"x".repeat(60)}`))
  let statements = 0
  const { pool } = platform().database
  const query = pool.query.bind(pool)
  pool.query = ((...args: any[]) => {
    statements++
    return (query as any)(...args)
  }) as typeof pool.query
  try {
    const reader = (await download(id)).body?.getReader()
    const before = statements
    const first = await reader?.read()
    expect(new TextDecoder().decode(first?.value)).toMatch(/^line 0 x+\nline 1 x/)
    // One piece was asked for, and one was read: the rest of the log waits in the database.
    expect(statements - before).toBe(1)
    await reader?.cancel()
    expect(statements - before).toBe(1)
  } finally {
    pool.query = query
  }
  expect((await (await download(id)).text()).split("\n")).toHaveLength(60_001)
})

test("the CLI gets the tail of a long log, whole lines, without what its terminal would obey", async () => {
  const id = await runWithLog(
    Array.from({ length: 5000 }, (_, n) => (n === 4998 ? "\u001b]0;title\u0007[/bold] :smile:\nsecond" : `line ${n}`)),
  )
  const { body } = await call("GET", `/hosted-evaluations/${id}/logs`, undefined, { "user-agent": "prime-cli/0.6.26 python/3.11.9" })
  const lines = body.logs.split("\n")
  expect(lines).toHaveLength(3002)
  expect(lines.slice(0, 2)).toEqual(["line 2000", "line 2001"])
  expect(lines.slice(-4)).toEqual(["\\[/bold] :[b][/b]smile:", "second", "line 4999", ""])
})

test("what breaks a rule is refused with the field", async () => {
  const id = await runWithLog(["one"])
  for (const [query, field] of [
    ["stream=stdin", "stream"],
    ["level=loud", "level"],
    ["limit=5001", "limit"],
    [`search=${"x".repeat(201)}`, "search"],
  ] as const)
    expect((await call("GET", `/evaluations/${id}/log-lines?${query}`)).body.errors[0].param, query).toBe(field)
})
