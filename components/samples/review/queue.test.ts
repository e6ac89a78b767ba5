import { expect, test } from "vitest"
import type { SampleSummary } from "@/contract/index.ts"
import { queuePlace } from "./queue.ts"

type Mine = NonNullable<SampleSummary["review"]>["mine"]

const drawn = (...mine: (Mine | undefined)[]) =>
  mine.map((one, i) => ({
    sample_id: `s${i}`,
    review: one === undefined ? null : { people: 1, rating: null, labels: [], mine: one },
  })) as unknown as SampleSummary[]
const rated = { rating: 0, drawn: true }
const hrefs = { sample: (id: string) => `/${id}`, end: "/end" }

test("the queue goes on with the next sample that the reader has not rated, and round to those skipped", () => {
  const samples = drawn(undefined, rated, undefined, rated, undefined)
  expect(queuePlace(samples, "s2", hrefs)).toEqual({ position: 3, total: 5, done: 2, previous: "/s1", next: "/s3", nextOpen: "/s4" })
  expect(queuePlace(samples, "s4", hrefs)).toMatchObject({ next: null, nextOpen: "/s0" })
  expect(queuePlace(drawn(undefined, rated), "s0", hrefs).nextOpen).toBe("/end")
})

test("what others rated, what was rated by hand, and a note alone leave a sample to be rated", () => {
  const samples = drawn(rated, null, { rating: 1, drawn: false }, { rating: null, drawn: true })
  expect(queuePlace(samples, "s0", hrefs)).toMatchObject({ done: 1, nextOpen: "/s1" })
  expect(queuePlace(samples, "s1", hrefs).nextOpen).toBe("/s2")
  expect(queuePlace(samples, "s2", hrefs).nextOpen).toBe("/s3")
})

test("a sample that was not drawn leads to the first that is to be rated", () => {
  expect(queuePlace(drawn(rated, undefined), "other", hrefs)).toMatchObject({ position: null, previous: null, next: null, nextOpen: "/s1" })
})
