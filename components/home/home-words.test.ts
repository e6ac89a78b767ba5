import { expect, test } from "vitest"
import { homeWords, newsWords } from "./home-words.ts"

const since = { at: "2026-03-01T00:00:00Z", ended: 0, failed: 0, below_baseline: 0, looked_at: 0, versions: [] }

test("what runs and what has ended is said in words that agree", () => {
  expect(homeWords(0, false, null)).toEqual({ says: "No runs yet.", rest: "The first one takes a minute." })
  expect(homeWords(1, true, null)).toEqual({ says: "1 run is under way.", rest: "" })
  expect(homeWords(3, true, { ...since, ended: 1 }).rest).toBe("1 run has ended since your last visit.")
  expect(homeWords(0, true, { ...since, ended: 1200 })).toEqual({
    says: "Nothing is running.",
    rest: "1,200 runs have ended since your last visit.",
  })
})

test("what asks for a look is told, and of how many", () => {
  expect(newsWords(since)).toBe("")
  expect(newsWords({ ...since, ended: 2, looked_at: 2 })).toBe("None of them failed.")
  expect(newsWords({ ...since, ended: 2, looked_at: 2, failed: 1 })).toBe("1 failed.")
  expect(newsWords({ ...since, ended: 900, looked_at: 50, failed: 2, below_baseline: 1 })).toBe(
    "Of the newest 50, 2 failed and 1 has a 95 % interval below the mean of the baseline.",
  )
})
