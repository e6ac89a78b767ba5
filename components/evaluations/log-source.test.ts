import { describe, expect, test } from "vitest"
import type { LogLine } from "@/contract/index.ts"
import { type LogQuery, selectLogLines } from "@/lib/fallback.ts"
import { FoundLines, readWholeText, WholeLog } from "./log-source.ts"

const lines = (count: number): LogLine[] =>
  Array.from({ length: count }, (_, n) => ({ n, at: "", stream: "log", level: n % 10 === 0 ? "error" : "info", text: `line ${n}` }))
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

function platform(count: number) {
  const state = { all: lines(count), fails: false }
  const asked: LogQuery[] = []
  const read = async (query: LogQuery) => {
    asked.push(query)
    if (state.fails) throw new Error("down")
    return { evaluation_id: "e", ...selectLogLines(state.all, query) }
  }
  return { state, asked, read }
}

describe("WholeLog", () => {
  test("reads only what is looked at, each piece once", async () => {
    const { asked, read, state } = platform(10_000)
    const log = new WholeLog(read, { lines: state.all.slice(-200), total: 10_000 })
    expect([log.count, log.line(9999)?.text, log.line(5000)]).toEqual([10_000, "line 9999", undefined])
    log.ensure(5000, 5060)
    log.ensure(5010, 5070)
    await settle()
    expect(asked).toEqual([{ from: 5000, limit: 1000 }])
    expect(log.line(5999)?.text).toBe("line 5999")
    log.ensure(5000, 5060)
    log.ensure(9800, 9999)
    await settle()
    expect(asked.slice(1)).toEqual([{ from: 9000, limit: 1000 }])
  })

  test("follows a growing log", async () => {
    const { state, read } = platform(10)
    const log = new WholeLog(read, { lines: state.all, total: 10 })
    let changes = 0
    log.subscribe(() => changes++)
    await log.readOn()
    expect(changes).toBe(0)
    state.all = lines(25)
    await log.readOn()
    expect([log.count, log.line(24)?.n, changes]).toEqual([25, 24, 1])
  })

  test("waits a little after a failure, then tries again", async () => {
    const { state, asked, read } = platform(2000)
    let now = 0
    const log = new WholeLog(read, { lines: [], total: 2000 }, () => now)
    state.fails = true
    log.ensure(0, 10)
    await settle()
    expect(log.error).toBe("down")
    log.ensure(0, 10)
    await settle()
    expect(asked).toHaveLength(1)
    state.fails = false
    now = 5000
    log.ensure(0, 10)
    await settle()
    expect([log.error, log.line(3)?.text]).toEqual([null, "line 3"])
  })
})

describe("FoundLines", () => {
  test("reads on towards the end, and what was written since", async () => {
    const { state, read } = platform(25_000)
    const log = new FoundLines(read, { level: "error" })
    await log.readOn()
    expect([log.count, log.isComplete]).toEqual([2000, false])
    log.ensure(1900, 1990)
    await settle()
    expect([log.count, log.isComplete]).toEqual([2500, true])
    state.all = lines(25_101)
    await log.readOn()
    expect([log.count, log.line(2510)?.n]).toEqual([2511, 25_100])
    expect(log.indexOf(25_000)).toBe(2500)
  })
})

test("the whole text is read to its end", async () => {
  const { read } = platform(12_345)
  expect((await readWholeText(read, {})).split("\n")).toHaveLength(12_345)
  expect(await readWholeText(read, { search: "line 1234" })).toBe("line 1234\nline 12340\nline 12341\nline 12342\nline 12343\nline 12344")
})
