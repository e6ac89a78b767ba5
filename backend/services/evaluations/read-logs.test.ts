import { text } from "node:stream/consumers"
import { expect, test } from "vitest"
import { DownloadLogQuery, FindLogHitsQuery, ListLogLinesQuery } from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import { insertEvaluation } from "../../store/evaluations/evaluations.ts"
import type { StoredLogLine } from "../../store/logs/log-chunks.ts"
import { appendLogLines } from "../../store/logs/write-logs.ts"
import { line } from "../../testing/log-line.ts"
import { newUser } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { downloadLog, findLogHits, getLogText, listLogLines } from "./read-logs.ts"

const platform = testPlatform()
const numbered = (count: number) => Array.from({ length: count }, (_, n) => line(`line ${n}`, n % 4 === 3 ? { level: "error" } : {}))

/** A run whose log has these lines. */
async function newRun(owner: Context & { userId: string }, lines: StoredLogLine[]): Promise<string> {
  const id = newId()
  await insertEvaluation(owner.db, {
    id,
    name: "run",
    userId: owner.userId,
    teamId: null,
    isHosted: true,
    evalType: "environment",
    status: "RUNNING",
    phase: "running",
    environments: [],
    metadata: {},
    logLines: lines.length,
  })
  await appendLogLines(owner.db, id, 0, lines)
  return id
}

test("without a place the newest lines come, and with one those from there on", async () => {
  const ada = await newUser(platform(), "ada")
  const id = await newRun(ada, numbered(10))
  const list = async (query: object) => {
    const { lines, total, next } = await listLogLines(ada, id, ListLogLinesQuery.parse(query))
    return { numbers: lines.map(({ n }) => n), total, next }
  }
  expect(await list({ limit: 3 })).toEqual({ numbers: [7, 8, 9], total: 10, next: 10 })
  expect(await list({ limit: 3, from: 2 })).toEqual({ numbers: [2, 3, 4], total: 10, next: 5 })
  expect(await list({ from: 10 })).toEqual({ numbers: [], total: 10, next: 10 })
})

test("a filter is answered from the start of the log; the lowest level alone leaves nothing out", async () => {
  const bea = await newUser(platform(), "bea")
  const id = await newRun(bea, numbered(10))
  const list = async (query: object) => (await listLogLines(bea, id, ListLogLinesQuery.parse(query))).lines.map(({ n }) => n)
  expect(await list({ level: "error", limit: 1 })).toEqual([3])
  expect(await list({ level: "error", limit: 1, from: 4 })).toEqual([7])
  expect(await list({ level: "debug", limit: 1 })).toEqual([9])
})

test("a line has its time, and is cut to the length that was asked for without cutting a letter in two", async () => {
  const cyd = await newUser(platform(), "cyd")
  const id = await newRun(cyd, [line("ab😀cd"), line("abc")])
  const { lines } = await listLogLines(cyd, id, ListLogLinesQuery.parse({ characters: 3 }))
  const at = "2023-11-14T22:13:20.000Z"
  expect(lines).toEqual([
    { n: 0, at, stream: "stdout", level: "info", text: "ab", characters: 6 },
    { n: 1, at, stream: "stdout", level: "info", text: "abc" },
  ])
})

test("hits are the numbers of the lines that fit, from a place on", async () => {
  const dan = await newUser(platform(), "dan")
  const id = await newRun(dan, numbered(12))
  const hits = (query: object) => findLogHits(dan, id, FindLogHitsQuery.parse(query))
  expect(await hits({ search: "LINE 1" })).toEqual({ evaluation_id: id, numbers: [1, 10, 11], total: 12, next: 12 })
  expect((await hits({ search: "line 1", from: 2 })).numbers).toEqual([10, 11])
  expect((await hits({ search: "line 1", level: "error" })).numbers).toEqual([11])
})

test("a download is the whole log, as it is shown or with all that is known of each line", async () => {
  const eve = await newUser(platform(), "eve")
  const id = await newRun(eve, [line("\u001b[31mred\u001b[0m"), line("bad", { level: "error", stream: "stderr" })])
  const download = async (query: object) => {
    const { body, ...file } = await downloadLog(eve, id, DownloadLogQuery.parse(query))
    return { ...file, content: await text(body) }
  }
  expect(await download({})).toEqual({ filename: `${id}.log`, contentType: "text/plain; charset=utf-8", content: "red\nbad\n" })
  const json = await download({ format: "jsonl", level: "error" })
  expect(json).toMatchObject({ filename: `${id}.log.jsonl`, contentType: "application/jsonl" })
  expect(json.content).toBe('{"n":1,"at":"2023-11-14T22:13:20.000Z","stream":"stderr","level":"error","text":"bad"}\n')
})

test("a download ends where the log ended when it began, however long it takes", async () => {
  const fay = await newUser(platform(), "fay")
  const id = await newRun(fay, [line("before")])
  const { body } = await downloadLog(fay, id, DownloadLogQuery.parse({}))
  await appendLogLines(fay.db, id, 1, [line("after")])
  expect(await text(body)).toBe("before\n")
})

test("the tail is plain text: colours are gone, and each state of a progress bar is a line", async () => {
  const gus = await newUser(platform(), "gus")
  const id = await newRun(gus, [...numbered(3001), line("\u001b[1m10%\r\u001b[1m100%\u001b[0m")])
  const lines = (await getLogText(gus, id)).split("\n")
  expect(lines[0]).toBe("line 2")
  expect(lines.slice(-3)).toEqual(["10%", "100%", ""])
})

test("a stranger does not learn that a run has a log", async () => {
  const [hal, ida] = [await newUser(platform(), "hal"), await newUser(platform(), "ida")]
  const id = await newRun(hal, [line("secret")])
  for (const read of [
    () => listLogLines(ida, id, ListLogLinesQuery.parse({})),
    () => findLogHits(ida, id, FindLogHitsQuery.parse({})),
    () => downloadLog(ida, id, DownloadLogQuery.parse({})),
    () => getLogText(ida, id),
  ])
    await expect(read()).rejects.toMatchObject({ code: "not_found" })
})
