import { describe, expect, test } from "vitest"
import type { LogLine } from "@/contract/index.ts"
import { selectLogLines } from "@/lib/reads/log-lines.ts"
import type { LogQuery, RunReads } from "@/lib/reads/reads.ts"
import { FoundLines } from "./found-lines.ts"
import { readText } from "./read-text.ts"
import { WholeLog } from "./whole-log.ts"

const lines = (count: number): LogLine[] =>
  Array.from({ length: count }, (_, n) => ({ n, at: "", stream: "log", level: n % 10 === 0 ? "error" : "info", text: `line ${n}` }))
const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 0))

/** A platform that searches at most `part` lines per request. */
function platform(count: number, part = 10_000) {
  const state = { all: lines(count), fails: false }
  const asked: LogQuery[] = []
  const searched: number[] = []
  const logLines: RunReads["logLines"] = async (query) => {
    asked.push(query)
    if (state.fails) throw new Error("down")
    return { evaluation_id: "e", ...selectLogLines(state.all, query) }
  }
  const logHits: RunReads["logHits"] = async ({ from, ...filter }) => {
    searched.push(from)
    const seen = state.all.slice(0, from + part)
    const found = selectLogLines(seen, { ...filter, from, limit: part })
    return { evaluation_id: "e", numbers: found.lines.map(({ n }) => n), total: state.all.length, next: seen.length }
  }
  return { state, asked, searched, logLines, logHits }
}

describe("WholeLog", () => {
  test("reads only what is in view, each page once", async () => {
    const { asked, logLines, state } = platform(10_000)
    const log = new WholeLog(logLines, { lines: state.all.slice(-200), total: 10_000 })
    expect([log.count, log.line(9999)?.text, log.line(5000)]).toEqual([10_000, "line 9999", undefined])
    log.ensure(5000, 5060)
    log.ensure(5010, 5070)
    await settle()
    expect(asked).toEqual([{ from: 5000, limit: 500, characters: 4000 }])
    expect(log.line(5499)?.text).toBe("line 5499")
    log.ensure(5000, 5060)
    log.ensure(9600, 9999)
    await settle()
    expect(asked.slice(1)).toEqual([{ from: 9500, limit: 500, characters: 4000 }])
  })

  test("forgets what was viewed longest ago, so that any log fits into the browser", async () => {
    const { logLines, state } = platform(100_000)
    const log = new WholeLog(logLines, { lines: state.all.slice(-200), total: 100_000 })
    for (let from = 0; from < 80_000; from += 500) {
      log.ensure(from, from + 50)
      log.ensure(0, 50)
      await settle()
    }
    const kept = state.all.filter(({ n }) => log.line(n) !== undefined)
    expect(kept.length).toBeLessThanOrEqual(30_500)
    expect(log.line(0)?.text).toBe("line 0")
    expect(log.line(79_999)?.text).toBe("line 79999")
    expect(log.line(40_000)).toBe(undefined)
    log.ensure(40_000, 40_050)
    await settle()
    expect(log.line(40_000)?.text).toBe("line 40000")
  })

  test("follows a growing log", async () => {
    const { state, logLines } = platform(10)
    const log = new WholeLog(logLines, { lines: state.all, total: 10 })
    let changes = 0
    log.subscribe(() => changes++)
    await log.readNew()
    expect(changes).toBe(0)
    state.all = lines(25)
    await log.readNew()
    expect([log.count, log.line(24)?.n, changes]).toEqual([25, 24, 1])
  })

  test("waits a little after a failure, then tries again", async () => {
    const { state, asked, logLines } = platform(2000)
    let now = 0
    const log = new WholeLog(logLines, { lines: [], total: 2000 }, () => now)
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

  test("a line that came cut is read whole on demand", async () => {
    const { state, logLines } = platform(10)
    const cut = { ...(state.all[3] as LogLine), text: "lin", characters: 6 }
    const log = new WholeLog(logLines, { lines: [cut], total: 10 })
    await log.expand(3)
    expect(log.line(3)).toEqual(state.all[3])
  })
})

describe("FoundLines", () => {
  test("knows where all hits are, part by part, and reads the lines that are looked at", async () => {
    const { state, searched, asked, logLines, logHits } = platform(25_000)
    const log = new FoundLines({ logLines, logHits }, { level: "error" })
    await log.readNew()
    expect([log.count, log.isComplete, searched]).toEqual([2500, true, [0, 10_000, 20_000]])
    expect(asked).toEqual([])
    log.ensure(2000, 2050)
    await settle()
    expect(asked).toEqual([{ level: "error", from: 20_000, limit: 500, characters: 4000 }])
    expect([log.line(2000)?.n, log.line(2499)?.n]).toEqual([20_000, 24_990])
    state.all = lines(25_101)
    await log.readNew()
    expect([log.count, log.isComplete]).toEqual([2511, true])
    expect([log.indexOf(25_000), log.indexOf(25_001)]).toEqual([2500, null])
  })

  test("goes from hit to hit, and round the end", async () => {
    const log = new FoundLines(platform(35), { level: "error" })
    expect(log.neighbour(null, 1)).toBe(null)
    await log.readNew()
    expect([log.neighbour(null, 1), log.neighbour(null, -1)]).toEqual([0, 30])
    expect([log.neighbour(10, 1), log.neighbour(11, 1), log.neighbour(30, 1)]).toEqual([20, 20, 0])
    expect([log.neighbour(10, -1), log.neighbour(9, -1), log.neighbour(0, -1)]).toEqual([0, 0, 30])
  })
})

test("the text is read to its end, or as far as it was asked for", async () => {
  const { logLines } = platform(12_345)
  const whole = await readText(logLines, {})
  expect([whole.text.split("\n").length, whole.isCut]).toEqual([12_345, false])
  expect((await readText(logLines, { search: "line 1234" })).text).toBe(
    "line 1234\nline 12340\nline 12341\nline 12342\nline 12343\nline 12344",
  )
  const part = await readText(logLines, {}, 6000)
  expect([part.text.split("\n").length, part.isCut]).toEqual([6000, true])
})
