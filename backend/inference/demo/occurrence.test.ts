import { expect, it } from "vitest"
import { createOccurrenceCounter } from "./occurrence.ts"

it("counts within a sliding window", () => {
  let time = 0
  const count = createOccurrenceCounter(() => time, 100)
  const at = (moment: number) => {
    time = moment
    return count("key")
  }
  expect([at(0), at(60), at(99), at(100), at(161), at(500)]).toEqual([0, 1, 2, 2, 2, 0])
})

it("drops the key unused for longest when it is full", () => {
  const count = createOccurrenceCounter(() => 0, 100, 2)
  expect(["a", "b", "a", "c", "a", "b"].map((key) => count(key))).toEqual([0, 0, 1, 0, 2, 0])
})
