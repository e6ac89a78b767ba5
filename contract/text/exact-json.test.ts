import { expect, test } from "vitest"
import { exactText, numberOf, parseExact, parseLenient, parseMessage, stringifyExact } from "./exact-json.ts"

test("numbers that a double would change are written as they were read", () => {
  const text = '{"id":9223372036854775807,"small":-9007199254740993,"row":[0.1,1e-7,12345678901234567890.5],"same":9007199254740992}'
  expect(stringifyExact(parseExact(text))).toBe(text.replace("12345678901234567890.5", "12345678901234567000"))
  expect(stringifyExact(parseExact('{"huge":1e400,"pad":1234567890123456}'))).toBe('{"huge":1e400,"pad":1234567890123456}')
})

test("arguments keep the spelling that Python tells apart", () => {
  const text = '{"rate":1.0,"lr":1e-7,"big":1e5,"seed":18446744073709551615,"n":3,"half":0.5,"zero":-0.0}'
  expect(stringifyExact(parseExact(text, "written"))).toBe(text)
  expect(parseExact('{"n":3,"half":0.50,"small":1e-3}', "written")).toEqual({ n: 3, half: 0.5, small: 0.001 })
  expect(stringifyExact(parseExact('{"rate":1.0}', "written"), 2)).toBe('{\n  "rate": 1.0\n}')
})

test("text that looks like a number, and names such as __proto__, stay what they are", () => {
  const text = String.raw`{"__proto__":"a \" 9223372036854775807","constructor":[9223372036854775807],"":"\\","a":{"b":"[1.0]"}}`
  expect(stringifyExact(parseExact(text))).toBe(text)
  expect(stringifyExact(parseExact(text, "written"))).toBe(text)
})

test("only a number's text counts as one", () => {
  expect(exactText(numberOf("1.0"))).toBe("1.0")
  const name = Object.keys(numberOf("1.0"))[0] as string
  for (const forged of [{ [name]: '1,"admin":true' }, { [name]: 1 }, { [name]: "1", more: 2 }, null, "1.0", [1]])
    expect(exactText(forged)).toBeNull()
  expect(stringifyExact({ [name]: '1,"admin":true' })).toBe(JSON.stringify({ [name]: '1,"admin":true' }))
})

test("what Python writes for numbers that are none becomes null", () => {
  expect(parseLenient('{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN","d":9223372036854775807}')).toEqual({
    value: { a: null, b: [null, null], c: "NaN", d: numberOf("9223372036854775807") },
    nonFinite: 3,
  })
  expect(parseLenient("[1]")).toEqual({ value: [1], nonFinite: 0 })
  expect(() => parseLenient("{nonsense}")).toThrow(SyntaxError)
  expect(() => parseExact("[9223372036854775807")).toThrow(SyntaxError)
})

test("metrics of a run's own statistics are numbers, those that an environment wrote stay as written", () => {
  expect(parseMessage('{"metrics":[{"mean":7.8e+307}]}')).toEqual({ metrics: [{ mean: 7.8e307 }] })
  expect(stringifyExact(parseMessage('{"metrics":{"mean":1.0}}'))).toBe('{"metrics":{"mean":1.0}}')
})
