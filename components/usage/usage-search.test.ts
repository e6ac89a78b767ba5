import { expect, test } from "vitest"
import { costByDay, parseUsageSearch, periodOf, usageHref } from "./usage-search.ts"

test("what the address says is what it was made from; what makes no sense is left out", () => {
  for (const search of [
    { team: null, days: 30 },
    { team: "t1", days: 7 },
  ])
    expect(parseUsageSearch(Object.fromEntries(new URL(usageHref(search), "http://x").searchParams))).toEqual(search)
  expect(usageHref({ team: null, days: 30 })).toBe("/dashboard/usage")
  expect(parseUsageSearch({ days: "31", team: "" })).toEqual({ team: null, days: 30 })
})

test("a period has as many days as it says, in UTC, and none is missing from the chart", () => {
  const { from, to } = periodOf(7, Date.parse("2026-03-02T00:30:00Z"))
  expect([from, to]).toEqual(["2026-02-24", "2026-03-02"])
  const days = costByDay([{ day: "2026-02-28", cost_usd: 1 }], from, to)
  expect(days.map(({ day, cost }) => `${day.slice(5)}=${cost}`)).toEqual([
    "02-24=0",
    "02-25=0",
    "02-26=0",
    "02-27=0",
    "02-28=1",
    "03-01=0",
    "03-02=0",
  ])
})
