import { expect, test } from "vitest"
import { cutText, shortText } from "./cut-text.ts"

test("a cut never parts an emoji, a flag, a family or a letter and its accent", () => {
  for (const whole of ["😀", "👨‍👩‍👧‍👦", "🇳🇴", "👍🏽", "e\u0301", "क्षि"]) {
    const text = `${"a".repeat(100)}${whole}${"b".repeat(100)}`
    for (let max = 100; max < 100 + whole.length; max++) expect(cutText(text, max)).toBe("a".repeat(100))
    expect(cutText(text, 100 + whole.length)).toBe(`${"a".repeat(100)}${whole}`)
    for (let max = 0; max < text.length; max++) expect(cutText(text, max).isWellFormed()).toBe(true)
  }
})

test("a text that fits is whole, and one that is cut keeps within its length", () => {
  expect([shortText("abc", 3), shortText("abcd", 3), shortText("a😀b", 3)]).toEqual(["abc", "ab…", "a…"])
})

test("stacked accents without an end are cut all the same", () => {
  expect(cutText(`e${"\u0301".repeat(10_000)}`, 240)).toHaveLength(240)
})
