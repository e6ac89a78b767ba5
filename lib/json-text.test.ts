import { describe, expect, test } from "vitest"
import { describeMistake, readJson, readJsonObject, sameJson } from "./json-text.ts"

const mistake = (text: string): string => {
  const reading = readJson(text)
  return reading.ok ? "no mistake" : describeMistake(reading)
}

describe("reading typed JSON", () => {
  test.each(['{"a": [1, -2.5, "x\\n\\u00e9", true, null, {}]}', "[]", '"x"', "0", " { } ", '{"__proto__": {"x": 1}}', '"\\ud83d\\ude00"'])(
    "%s reads as JSON.parse reads it",
    (text) => {
      expect(readJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
    },
  )

  test.each([
    ['{"a": 1,}', "Line 1, column 9: The comma before “}” is one too many."],
    ["[1,\n2,\n]", "Line 3, column 1: The comma before “]” is one too many."],
    ['{"a": True}', "Line 1, column 7: “True” is not JSON; write true."],
    ["{'a': 1}", "Line 1, column 2: A name in double quotes is expected, not “'”."],
    ["{\"a\": 'x'}", 'Line 1, column 7: Write text in straight double quotes: "…".'],
    ['{"a" 1}', 'Line 1, column 6: A “:” is expected after the name "a", not “1”.'],
    ['{\n  "a": 1\n  "b": 2\n}', 'Line 3, column 3: A “,” or “}” is expected, not “"”.'],
    ['{"a": 1', "Line 1, column 8: A “,” or “}” is expected, not the end of the text."],
    ['{"a": 01}', "Line 1, column 7: “01” is not a number."],
    ['{"a": 1, "a": 2}', 'Line 1, column 10: The name "a" is used twice.'],
    ['{"a": "x}', "Line 1, column 7: The closing quote of this text is missing."],
    ['"\\d"', "Line 1, column 2: A backslash must be written twice: \\\\."],
    ["1 2", "Line 1, column 3: There is something after the end: “2”."],
    ["easy", 'Line 1, column 1: Write text in double quotes: "easy".'],
  ])("%j is explained with its place", (text, expected) => {
    expect(mistake(text)).toBe(expected)
  })

  test("nothing that JSON.parse refuses is let through", () => {
    for (const text of ["", "{", "[", '"', "-", "1.", ".5", "+1", "tru", "{1:2}", "[1 2]", "\u0000", "nul", '"\t"', "{}}", "[,]"]) {
      expect(() => JSON.parse(text)).toThrow()
      expect(readJson(text).ok).toBe(false)
    }
  })

  test("deep nesting is refused instead of overflowing the stack", () => {
    expect(readJson("[".repeat(100_000)).ok).toBe(false)
  })

  test("an object is an object; an empty text is an empty one", () => {
    expect(readJsonObject("  ")).toEqual({ ok: true, value: {} })
    expect(readJsonObject("[1]").ok).toBe(false)
    expect(readJsonObject("null").ok).toBe(false)
  })
})

test("JSON values are compared by what they say, not by order", () => {
  expect(sameJson({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
  expect(sameJson([1, 2], [2, 1])).toBe(false)
  expect(sameJson({ a: undefined }, {})).toBe(false)
  expect(sameJson(null, {})).toBe(false)
})
