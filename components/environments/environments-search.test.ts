import { expect, test } from "vitest"
import { environmentsSearch, sortByName, toEnvironmentsQuery } from "./environments-search.ts"

const { load, href, cleared, hasFilters } = environmentsSearch

test("an address reads as the state that wrote it", () => {
  const state = { q: "a b&c", owner: "local", tag: "math", sort: "name-desc", page: 3 } as const
  expect(load(new URL(href("/x", load({}), state), "http://x"))).toEqual(state)
  expect(href("/x", state, { ...cleared, sort: "updated" })).toBe("/x")
})

test("another filter starts at the first page", () => {
  expect(href("/x", load({ q: "a", page: "4" }), { tag: "math" })).toBe("/x?q=a&tag=math")
})

test("values that make no sense are left out of the state", () => {
  expect(load({ page: "-3", sort: "toString", q: ["x", "y"] })).toEqual({ q: "x", owner: null, tag: null, sort: "updated", page: 1 })
  expect(load({ page: "1e99" }).page).toBeLessThanOrEqual(4000)
  expect(load({ page: "abc" }).page).toBe(1)
})

test("the page becomes an offset", () => {
  expect(toEnvironmentsQuery(load({ page: "3" }))).toMatchObject({ offset: 50, limit: 25 })
})

test("only set filters are asked for, and an order is none", () => {
  expect(toEnvironmentsQuery(load({ tag: "math", sort: "name" }))).toEqual({
    tags: "math",
    sort_by: "name",
    sort_order: "asc",
    include_ci_status: "true",
    limit: 25,
    offset: 0,
  })
  expect(hasFilters(load({ sort: "name", page: "2" }))).toBe(false)
  expect(hasFilters(load({ owner: "ann" }))).toBe(true)
})

test("the header sorts by name from A, and turns round the second time", () => {
  expect(sortByName("/x", load({}))).toEqual({ href: "/x?sort=name", direction: null })
  expect(sortByName("/x", load({ sort: "name" }))).toEqual({ href: "/x?sort=name-desc", direction: "asc" })
  expect(sortByName("/x", load({ sort: "name-desc" }))).toEqual({ href: "/x?sort=name", direction: "desc" })
})
