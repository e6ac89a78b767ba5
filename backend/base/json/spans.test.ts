import { expect, test } from "vitest"
import { elementSpans, memberSpans, textOf, withReplaced } from "./spans.ts"

const bytes = (text: string) => new TextEncoder().encode(text)
const whole = (json: Uint8Array) => ({ start: 0, end: json.length })

test("the values of an object and of a list are found by bytes, whatever strings hold", () => {
  const json = bytes(String.raw` { "ä\"}" : {"b": "]\\"} , "n" :-1.5e3,"list":[ 1 , "é,[" ,[ ], {} ],"\u0061": true , "n": null } `)
  const members = memberSpans(json, whole(json)) as Map<string, { start: number; end: number }>
  expect([...members].map(([key, span]) => [key, textOf(json, span)])).toEqual([
    ['ä"}', String.raw`{"b": "]\\"}`],
    ["n", "null"],
    ["list", '[ 1 , "é,[" ,[ ], {} ]'],
    ["a", "true"],
  ])
  const list = members.get("list") as { start: number; end: number }
  expect(elementSpans(json, list)?.map((span) => textOf(json, span))).toEqual(["1", '"é,["', "[ ]", "{}"])
  expect(JSON.parse(withReplaced(json, whole(json), [{ span: list, text: "[]" }]))).toMatchObject({ list: [], a: true })
})

test("what is no object or list is none, and what does not close is refused", () => {
  expect(memberSpans(bytes("[1]"), { start: 0, end: 3 })).toBeNull()
  expect(elementSpans(bytes('"[1]"'), { start: 0, end: 5 })).toBeNull()
  for (const text of ['{"a": 1', '{"a" 1}', '{"a": "x}', '{"a": [1}', '{"a":}', '{"a": 1,}', "{a: 1}", "{", ""])
    expect(() => memberSpans(bytes(text), whole(bytes(text))), text).toThrow(SyntaxError)
  expect(() => elementSpans(bytes("[1 2]"), { start: 0, end: 5 })).toThrow(SyntaxError)
  const deep = bytes(`[${"[".repeat(501)}${"]".repeat(501)}]`)
  expect(() => elementSpans(deep, whole(deep))).toThrow("500 levels")
})
