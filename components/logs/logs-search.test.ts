import { expect, test } from "vitest"
import { downloadHref, logsHref, logsSearch, shardOptions, toLogFilter } from "./logs-search.ts"

const { load, hasFilters } = logsSearch

test("what the address says is what it was made from", () => {
  for (const searchParams of [{}, { q: "a&b", level: "error", stream: "stderr" }, { q: "x", lines: "all" }, { shard: "2" }]) {
    const state = load(searchParams)
    expect(load(new URL(logsHref("abc", state), "http://x").searchParams)).toEqual(state)
  }
  expect(toLogFilter(load({ q: "a&b", level: "error", stream: "stderr" }))).toEqual({ search: "a&b", level: "error", stream: "stderr" })
})

test("shards are counted from 1, and can be chosen where there are several", () => {
  expect(toLogFilter(load({ shard: "2" }))).toEqual({ shard: 1 })
  expect(load({ shard: "0" })).toEqual(load({}))
  expect(shardOptions(2)).toEqual({ 1: "Shard 1", 2: "Shard 2" })
  expect(shardOptions(1)).toBeUndefined()
})

test("what makes no sense is left out", () => {
  expect(load({ level: "loud", stream: "stdin", q: "  ", lines: "some" })).toEqual(load({}))
  expect(logsHref("abc", load({ lines: "all" }))).toBe("/dashboard/evaluations/abc/logs")
  expect(hasFilters(load({ lines: "all" }))).toBe(false)
})

test("a download has the filters and nothing of how they are shown", () => {
  expect(downloadHref("abc", toLogFilter(load({ q: "x y", stream: "log", lines: "all" })), "jsonl")).toBe(
    "/api/v1/evaluations/abc/logs/download?search=x+y&stream=log&format=jsonl",
  )
  expect(downloadHref("abc", {}, "text")).toBe("/api/v1/evaluations/abc/logs/download")
})
