import { expect, test } from "vitest"
import { hasSampleFilters, parseSamplesSearch, sampleHref, sampleOrder, samplesHref, sortSamplesBy } from "./samples-search.ts"

test("every filter is read, and written back the same", () => {
  const filter = parseSamplesSearch({
    outcome: "error",
    min: "0.25",
    max: "1",
    example: "17",
    q: " pear ",
    sort: "metric:exact match",
    order: "asc",
  })
  expect(filter).toEqual({
    outcome: "error",
    reward_min: 0.25,
    reward_max: 1,
    example_id: "17",
    search: "pear",
    sort_by: "metric:exact match",
    sort_order: "asc",
  })
  const href = samplesHref("e 1", filter)
  expect(href).toMatch(/^\/dashboard\/evaluations\/e%201\/samples\?/)
  expect(parseSamplesSearch(Object.fromEntries(new URL(href, "http://h").searchParams))).toEqual(filter)
  expect(sampleHref("e", "s/1", { outcome: "ok" })).toBe("/dashboard/evaluations/e/samples/s%2F1?outcome=ok")
})

test("a cause is in the address too", () => {
  expect(samplesHref("e", { error_class: "inference_rate_limit" })).toBe("/dashboard/evaluations/e/samples?cause=inference_rate_limit")
  expect(parseSamplesSearch({ cause: "inference_rate_limit" })).toEqual({ error_class: "inference_rate_limit" })
  expect(parseSamplesSearch({ cause: "bad luck" })).toEqual({})
  expect(hasSampleFilters({ error_class: "platform" })).toBe(true)
})

test("what makes no sense is left out, and zero is a bound", () => {
  expect(parseSamplesSearch({ outcome: "bad", min: "", max: "high", sort: "colour", order: "up" })).toEqual({})
  expect(parseSamplesSearch({ max: "0" })).toEqual({ reward_max: 0 })
  expect(hasSampleFilters({ reward_max: 0 })).toBe(true)
  expect(hasSampleFilters({ sort_by: "reward" })).toBe(false)
})

test("running samples stand as they come, ended ones by example, and a choice wins", () => {
  expect(sampleOrder({}, true)).toEqual({ by: "seq", order: "asc" })
  expect(sampleOrder({}, false)).toEqual({ by: "example", order: "asc" })
  expect(sampleOrder({ sort_by: "reward" }, true)).toEqual({ by: "reward", order: "desc" })
})

test("a header sorts from the highest, then turns round", () => {
  expect(sortSamplesBy("e", {}, { by: "example", order: "asc" }, "reward")).toEqual({
    href: "/dashboard/evaluations/e/samples?sort=reward&order=desc",
    direction: null,
  })
  expect(sortSamplesBy("e", {}, { by: "example", order: "asc" }, "example").href).toBe(
    "/dashboard/evaluations/e/samples?sort=example&order=desc",
  )
})
