import { expect, test } from "vitest"
import { costByDay, periodOf, toUsageQuery, usageSearch } from "./usage-search.ts"

const { load, href } = usageSearch

test("an address reads as the state that wrote it; what makes no sense is left out", () => {
  for (const state of [
    { team: "", days: 30, people: 1, teams: 1 },
    { team: "t1", days: 7, people: 2, teams: 3 },
  ] as const)
    expect(load(new URL(href("/usage", state, {}), "http://x"))).toEqual(state)
  expect(href("/usage", load({}), {})).toBe("/usage")
  expect(load({ days: "31", team: "" })).toEqual({ team: "", days: 30, people: 1, teams: 1 })
})

test("without a team, one's own account is asked for", () => {
  const now = Date.parse("2026-03-02T00:30:00Z")
  expect(toUsageQuery(load({ days: "7" }), now)).toEqual({ team_id: null, from: "2026-02-24", to: "2026-03-02" })
  expect(toUsageQuery(load({ team: "t1" }), now).team_id).toBe("t1")
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
