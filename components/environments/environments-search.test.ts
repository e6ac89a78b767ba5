import { expect, test } from "vitest"
import { environmentsHref, parseEnvironmentsSearch, toListQuery } from "./environments-search.ts"

test("an address reads as the view that wrote it", () => {
  const view = { search: "a b&c", owner: "local", tag: "math", sorting: "name-desc", page: 3 } as const
  const href = environmentsHref("/x", parseEnvironmentsSearch({}), view)
  expect(parseEnvironmentsSearch(Object.fromEntries(new URL(href, "http://x").searchParams))).toEqual(view)
  expect(environmentsHref("/x", view, { search: "", owner: "", tag: "", sorting: "updated" })).toBe("/x")
})

test("another filter starts at the first page", () => {
  const view = parseEnvironmentsSearch({ q: "a", page: "4" })
  expect(environmentsHref("/x", view, { tag: "math" })).toBe("/x?q=a&tag=math")
})

test("nonsense in the address is left out", () => {
  expect(parseEnvironmentsSearch({ page: "-3", sort: "toString", q: ["x", "y"] })).toEqual({
    search: "x",
    owner: "",
    tag: "",
    sorting: "updated",
    page: 1,
  })
  expect(parseEnvironmentsSearch({ page: "1e99" }).page).toBeLessThanOrEqual(4000)
  expect(parseEnvironmentsSearch({ page: "abc" }).page).toBe(1)
})

test("the page becomes an offset", () => {
  expect(toListQuery(parseEnvironmentsSearch({ page: "3" }))).toMatchObject({ offset: 50, limit: 25 })
})
