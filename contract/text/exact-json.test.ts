import { expect, test } from "vitest"
import { exactText, nameText, numberOf, parseExact, parseLenient, parseMessage, stringifyExact } from "./exact-json.ts"

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

test("names that JavaScript would move keep their places", () => {
  const text = String.raw`{"10":"ten","2":{"b":1,"0":[{"1":1,"0":"\"7\":"}]},"4294967295":1,"01":2,"-1":3,"\u0033":"4:5","text":"{\"9\": 1}"}`
  const written = text.replace(String.raw`\u0033`, "3")
  for (const exactness of ["large", "written"] as const) {
    const read = parseExact(text, exactness)
    expect(stringifyExact(read)).toBe(written)
    expect(stringifyExact(structuredClone(JSON.parse(JSON.stringify(read))))).toBe(written)
  }
  expect(stringifyExact(parseMessage(`{"env_args":${text}}`))).toBe(`{"env_args":${written}}`)
  const schema = { properties: parseExact('{ "2" : {}, "1" : {} }') as object }
  expect(stringifyExact(schema, 1)).toBe('{\n "properties": {\n  "2": {},\n  "1": {}\n }\n}')
  expect(Object.keys(schema.properties).map(nameText)).toEqual(["2", "1"])
})

test("only names whose order is another one are marked, and none by which something is looked up", () => {
  expect(parseExact('{"0":{"7":1},"2":1,"10":9223372036854775807}')).toEqual({ 0: { 7: 1 }, 2: 1, 10: numberOf("9223372036854775807") })
  expect(parseExact('{"metrics":{"b":1,"10":2},"rewards":{"10":1,"2":2},"seed":18446744073709551615}')).toMatchObject({
    metrics: { b: 1, 10: 2 },
    rewards: { 10: 1, 2: 2 },
  })
  expect(parseMessage('{"reward_weights":{"10":1,"2":3},"pages":{"10":1,"2":3}}')).toEqual({
    reward_weights: { 10: 1, 2: 3 },
    pages: { 10: 1, 2: 3 },
  })
  const own = '{"env_args":{"metrics":{"10":1,"2":1.0}}}'
  expect(stringifyExact(parseMessage(own))).toBe(own)
  expect(nameText("\uE0001x")).toBe("\uE0001x")
  expect(() => parseExact('{"2":1,"1":2')).toThrow(SyntaxError)
})
