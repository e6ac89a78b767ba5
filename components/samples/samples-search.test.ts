import { expect, test } from "vitest"
import type { SearchParams } from "@/lib/list-search.ts"
import { isByExample, sampleHref, sampleOrder, samplesHref, samplesSearch, sortSamplesBy, toSamplesFilter } from "./samples-search.ts"

const { load, hasFilters } = samplesSearch
const filter = (searchParams: SearchParams) => toSamplesFilter(load(searchParams))
const empty = load({})

test("every filter is read, and written back the same", () => {
  const state = load({
    outcome: "error",
    min: "0.25",
    max: "1",
    example: "17",
    q: " pear ",
    sort: "metric:exact match",
    order: "asc",
  })
  expect(toSamplesFilter(state)).toEqual({ outcome: "error", reward_min: 0.25, reward_max: 1, example_id: "17", search: "pear" })
  expect(sampleOrder(state, true)).toEqual({ by: "metric:exact match", order: "asc" })
  const href = samplesHref("e 1", state)
  expect(href).toMatch(/^\/dashboard\/evaluations\/e%201\/samples\?/)
  expect(load(new URL(href, "http://h").searchParams)).toEqual(state)
  expect(sampleHref("e", "s/1", load({ outcome: "ok" }))).toBe("/dashboard/evaluations/e/samples/s%2F1?outcome=ok")
})

test("a cause is in the address too", () => {
  const state = load({ cause: "inference_rate_limit" })
  expect(toSamplesFilter(state)).toEqual({ error_class: "inference_rate_limit" })
  expect(samplesHref("e", state)).toBe("/dashboard/evaluations/e/samples?cause=inference_rate_limit")
  expect(filter({ cause: "bad luck" })).toEqual({})
  expect(hasFilters(load({ cause: "platform" }))).toBe(true)
})

test("an expression is how a search is meant, and no filter without one", () => {
  expect(toSamplesFilter(load({ q: "a+b", regex: "true" }))).toEqual({ search: "a+b", search_mode: "regex" })
  expect(toSamplesFilter(load({ q: "a+b" }))).toEqual({ search: "a+b" })
  expect(toSamplesFilter(load({ regex: "true" }))).toEqual({})
  expect(hasFilters(load({ regex: "true" }))).toBe(false)
  expect(samplesHref("e", load({ q: "a", regex: "true" }))).toBe("/dashboard/evaluations/e/samples?q=a&regex=true")
})

test("what makes no sense is left out, and zero is a bound", () => {
  expect(load({ outcome: "bad", min: "", max: "high", sort: "colour", order: "up", example: "", q: "  " })).toEqual(empty)
  expect(filter({ min: "1x", outcome: ["error", "ok"] })).toEqual({ outcome: "error" })
  expect(filter({ max: "0" })).toEqual({ reward_max: 0 })
  expect(hasFilters(load({ max: "0" }))).toBe(true)
  expect(hasFilters(load({ sort: "reward" }))).toBe(false)
})

test("samples of an active run are in the order of arrival, those of a finished one by example, and a choice wins", () => {
  expect(sampleOrder(empty, true)).toEqual({ by: "seq", order: "asc" })
  expect(sampleOrder(empty, false)).toEqual({ by: "example", order: "asc" })
  expect(sampleOrder(load({ sort: "reward" }), true)).toEqual({ by: "reward", order: "desc" })
})

test("a header sorts from the highest, then turns round", () => {
  expect(sortSamplesBy("e", empty, { by: "example", order: "asc" }, "reward")).toEqual({
    href: "/dashboard/evaluations/e/samples?sort=reward&order=desc",
    direction: null,
  })
  expect(sortSamplesBy("e", empty, { by: "example", order: "asc" }, "example").href).toBe(
    "/dashboard/evaluations/e/samples?sort=example&order=desc",
  )
})

test("samples are listed by example, unless the table is wanted or an order that only samples have", () => {
  for (const search of [{}, { outcome: "error" }, { sort: "example", order: "desc" }]) expect(isByExample(load(search))).toBe(true)
  for (const search of [{ as: "table" }, { sort: "reward" }, { sort: "metric:exact" }]) expect(isByExample(load(search))).toBe(false)
  expect(hasFilters(load({ as: "table" }))).toBe(false)
})
