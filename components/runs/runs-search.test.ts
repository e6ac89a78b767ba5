import { describe, expect, test } from "vitest"
import { hasFilters, parseRunsSearch, runsHref, sortBy } from "./runs-search.ts"

const plain = { sort_by: "created_at", sort_order: "desc", skip: 0, limit: 50 }

describe("parseRunsSearch", () => {
  test("nothing asked: the newest first", () => {
    expect(parseRunsSearch({})).toEqual(plain)
  })

  test("every filter", () => {
    expect(
      parseRunsSearch({
        q: " maze ",
        status: ["running,FAILED", "CANCELLED"],
        model: "m/1",
        type: "local",
        sort: "avg_score",
        order: "asc",
        page: "3",
      }),
    ).toEqual({
      search: "maze",
      status: "RUNNING,FAILED,CANCELLED",
      model: "m/1",
      is_hosted: "false",
      sort_by: "avg_score",
      sort_order: "asc",
      skip: 100,
      limit: 50,
    })
  })

  test("what makes no sense is left out", () => {
    expect(parseRunsSearch({ q: "  ", status: "nonsense", type: "x", sort: "owner", order: "up", page: "-2" })).toEqual(plain)
    expect(parseRunsSearch({ page: "1e9x" }).skip).toBe(0)
    expect(parseRunsSearch({ q: "x".repeat(500) }).search).toHaveLength(200)
  })

  test("all statuses is no filter", () => {
    expect(parseRunsSearch({ status: "PENDING,RUNNING,PROCESSING,COMPLETED,FAILED,TIMEOUT,CANCELLED" }).status).toBeUndefined()
  })

  test("names are read from A", () => {
    expect(parseRunsSearch({ sort: "name" }).sort_order).toBe("asc")
  })
})

describe("runsHref", () => {
  const query = parseRunsSearch({ q: "a b", status: "RUNNING", page: "2" })

  test("reads back to the same query", () => {
    const href = runsHref("/x", query, { skip: query.skip })
    expect(parseRunsSearch(Object.fromEntries(new URL(href, "http://h").searchParams))).toEqual(query)
  })

  test("a changed filter starts at the first page, and the default is left unsaid", () => {
    expect(runsHref("/x", query, { status: undefined, search: undefined })).toBe("/x")
    expect(runsHref("/x", query, { model: "m" })).toBe("/x?q=a+b&status=RUNNING&model=m")
  })

  test("the environment of a tab is no part of the address", () => {
    expect(runsHref("/x", { ...query, environment_id: "e" }, { search: undefined, status: undefined })).toBe("/x")
  })
})

test("a header sorts in its natural order first and turns round the second time", () => {
  const query = parseRunsSearch({})
  expect(sortBy("/x", query, "name")).toEqual({ href: "/x?sort=name", direction: null })
  expect(sortBy("/x", parseRunsSearch({ sort: "name" }), "name")).toEqual({ href: "/x?sort=name&order=desc", direction: "asc" })
  expect(sortBy("/x", query, "created_at")).toEqual({ href: "/x?order=asc", direction: "desc" })
})

test("hasFilters", () => {
  expect(hasFilters(parseRunsSearch({ sort: "name", page: "2" }))).toBe(false)
  expect(hasFilters(parseRunsSearch({ type: "hosted" }))).toBe(true)
})
