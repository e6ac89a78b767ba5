import { describe, expect, test } from "vitest"
import type { SearchParams } from "@/lib/list-search.ts"
import { runsPage, runsSearch, sortRunsBy, toRunsQuery } from "./runs-search.ts"

const { load, href, hasFilters, cleared } = runsSearch
const query = (searchParams: SearchParams) => toRunsQuery(load(searchParams))
const plain = { sort_by: "created_at", sort_order: "desc", skip: 0, limit: 50 }

describe("the query of an address", () => {
  test("without parameters: the newest first", () => {
    expect(query({})).toEqual(plain)
  })

  test("with every filter", () => {
    expect(
      query({
        q: " maze ",
        status: ["running,FAILED", "CANCELLED"],
        model: "m/1",
        type: "local",
        tag: " nightly ",
        tab: "starred",
        columns: "metric:exact,config:a%2Cb",
        sort: "avg_score",
        order: "asc",
        page: "3",
      }),
    ).toEqual({
      search: "maze",
      status: "RUNNING,FAILED,CANCELLED",
      model: "m/1",
      is_hosted: "false",
      tag: "nightly",
      starred: "true",
      columns: "metric:exact,config:a%2Cb",
      sort_by: "avg_score",
      sort_order: "asc",
      skip: 100,
      limit: 50,
    })
  })

  test("leaves out what makes no sense", () => {
    expect(query({ q: "  ", status: "nonsense", type: "x", sort: "owner", order: "up", page: "-2" })).toEqual(plain)
    expect(query({ page: "1e9x" }).skip).toBe(0)
    expect(query({ q: "x".repeat(500) }).search).toHaveLength(200)
  })

  test("takes all statuses as no filter", () => {
    expect(query({ status: "PENDING,RUNNING,PROCESSING,COMPLETED,FAILED,TIMEOUT,CANCELLED" }).status).toBeUndefined()
  })

  test("reads names from A", () => {
    expect(query({ sort: "name" }).sort_order).toBe("asc")
  })

  test("shows runs that were launched together", () => {
    expect(query({ suite: "s1" }).suite_id).toBe("s1")
  })

  test("belongs to one environment when the page says so", () => {
    expect(toRunsQuery(load({}), "e")).toEqual({ ...plain, environment_id: "e" })
  })
})

describe("the address of a state", () => {
  const state = load({ q: "a b", status: "RUNNING", page: "2", started: "r1,r2" })

  test("reads back to the same state", () => {
    const address = href("/x", state, { page: state.page, started: state.started })
    expect(load(new URL(address, "http://h"))).toEqual(state)
  })

  test("a changed filter starts at the first page, and the default is left unsaid", () => {
    expect(href("/x", state, cleared)).toBe("/x")
    expect(href("/x", state, { model: "m" })).toBe("/x?q=a+b&status=RUNNING&model=m")
  })

  test("runs that were just started are marked until something else is asked for", () => {
    expect(state.started).toEqual(["r1", "r2"])
    expect(href("/x", state, { page: 3 })).toBe("/x?q=a+b&status=RUNNING&page=3")
  })
})

test("a page beside this one is cut at its edge, the first one at nothing", () => {
  const list = { previous: "v1:b", next: "v0:a" }
  const addressOf = (search: SearchParams, page: number, edges: object = list) =>
    href("/x", load(search), runsPage(load(search), edges, page))
  expect(addressOf({ type: "local" }, 2)).toBe("/x?type=local&page=2&after=v0:a")
  expect(addressOf({ page: "3", after: "v2:c" }, 2)).toBe("/x?page=2&before=v1:b")
  expect(addressOf({ page: "2", after: "v2:c" }, 1)).toBe("/x")
  expect(addressOf({ page: "2", after: "v2:c" }, 3, {})).toBe("/x?page=3")
  expect(query({ page: "2", after: "v2:c" })).toEqual({ ...plain, skip: 50, after: "v2:c" })
  expect(href("/x", load({ page: "2", after: "v2:c" }), { sort: "name" })).toBe("/x?sort=name")
})

test("a header sorts in its natural order first and turns round the second time", () => {
  expect(sortRunsBy("/x", load({}), "name")).toEqual({ href: "/x?sort=name", direction: null })
  expect(sortRunsBy("/x", load({ sort: "name" }), "name")).toEqual({ href: "/x?sort=name&order=desc", direction: "asc" })
  expect(sortRunsBy("/x", load({}), "created_at")).toEqual({ href: "/x?order=asc", direction: "desc" })
})

test("an order and a page are no filters", () => {
  expect(hasFilters(load({ sort: "name", page: "2" }))).toBe(false)
  expect(hasFilters(load({ type: "hosted" }))).toBe(true)
})
