import { expect, test } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { appended, cutShort, knownSeq, metricNames, type SamplePages, samplesOf } from "./sample-pages.ts"

const sample = (seq: number, metrics = {}) => ({ sample_id: `s${seq}`, seq, metrics }) as SampleSummary
const pages: SamplePages = {
  pages: [
    { samples: [sample(1), sample(2)], total: 3, next: "c", known: 2 },
    { samples: [sample(2), sample(3)], total: 3, next: null, known: 0 },
  ],
  pageParams: [null, "c"],
}

test("a sample that two pages have is shown once", () => {
  expect(samplesOf(pages).map((one) => one.seq)).toEqual([1, 2, 3])
})

test("later samples are added below and become known", () => {
  const more = appended(pages, [sample(3), sample(4), sample(5)])
  expect(samplesOf(more).map((one) => one.seq)).toEqual([1, 2, 3, 4, 5])
  expect(knownSeq(pages)).toBe(2)
  expect(knownSeq(more)).toBe(5)
  expect(appended(pages, [])).toBe(pages)
})

test("metric names in the order of appearance", () => {
  expect(metricNames([], [sample(1, { b: 1 }), sample(2, { a: 1, b: 0 })])).toEqual(["b", "a"])
  expect(metricNames(["late"], [sample(1, { a: 1 })])).toEqual(["late", "a"])
})

test("samples that a search has read in part are counted over the pages", () => {
  const scope = { looked_through: null, waiting: 0, total_is_least: true }
  const [first, second] = pages.pages as [SamplePages["pages"][0], SamplePages["pages"][0]]
  const searched = [
    { ...first, search: { ...scope, cut_short: 2 } },
    { ...second, search: { ...scope, cut_short: 1 } },
  ]
  expect(cutShort({ ...pages, pages: searched })).toBe(3)
  expect(cutShort(pages)).toBe(0)
})
