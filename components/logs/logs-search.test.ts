import { expect, test } from "vitest"
import { downloadHref, filterOf, isFiltered, logsHref, parseLogsSearch } from "./logs-search.ts"

test("what the address says is what it was made from", () => {
  for (const search of [{}, { search: "a&b", level: "error" as const, stream: "stderr" as const }, { search: "x", all: true }]) {
    const href = logsHref("abc", search)
    expect(parseLogsSearch(Object.fromEntries(new URL(href, "http://x").searchParams))).toEqual(search)
  }
})

test("what makes no sense is left out", () => {
  expect(parseLogsSearch({ level: "loud", stream: "stdin", q: "  ", lines: "some" })).toEqual({})
  expect(logsHref("abc", { all: true })).toBe("/dashboard/evaluations/abc/logs")
  expect(isFiltered({ all: true })).toBe(false)
})

test("a download has the filter and nothing of how it is shown", () => {
  expect(downloadHref("abc", filterOf({ search: "x y", stream: "log", all: true }), "jsonl")).toBe(
    "/api/v1/evaluations/abc/logs/download?search=x+y&stream=log&format=jsonl",
  )
  expect(downloadHref("abc", {}, "text")).toBe("/api/v1/evaluations/abc/logs/download")
})
