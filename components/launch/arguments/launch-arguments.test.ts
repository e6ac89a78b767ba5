import { describe, expect, test } from "vitest"
import type { EnvironmentArgument } from "@/contract/index.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import {
  argumentProblems,
  argumentsFrom,
  argumentsView,
  argumentValues,
  controlOf,
  refitArguments,
  undeclaredNames,
  withArgument,
  withArgumentsJson,
  withArgumentsView,
} from "./launch-arguments.ts"

const argument = (name: string, type: EnvironmentArgument["type"], more: Partial<EnvironmentArgument> = {}): EnvironmentArgument => ({
  name,
  type,
  annotation: null,
  required: false,
  default: null,
  choices: null,
  description: null,
  ...more,
})

const declared = [
  argument("level", "string", { default: "easy", choices: ["easy", "hard"] }),
  argument("count", "integer", { default: 5 }),
  argument("rate", "number", { default: 0.5 }),
  argument("strict", "boolean", { default: true }),
  argument("maybe", "boolean"),
  argument("title", "string", { default: "abc" }),
  argument("hint", "string"),
  argument("config", "json", { default: { a: 1 } }),
]

const fresh = () => argumentsFrom(declared, {})

describe("values that are sent", () => {
  test("a fresh draft sends nothing and has no problems", () => {
    expect(argumentValues(declared, fresh())).toEqual({})
    expect(argumentProblems(declared, fresh())).toEqual([])
    expect(fresh().json).toBe("")
  })

  test("every kind of control sends its own type, and only when it differs from the default", () => {
    const typed: [string, string, unknown][] = [
      ["level", '"hard"', "hard"],
      ["count", "−7", -7],
      ["rate", "1e-3", 0.001],
      ["strict", "false", false],
      ["maybe", "true", true],
      ["title", "", ""],
      ["hint", "x", "x"],
      ["config", '{"a": [2]}', { a: [2] }],
    ]
    let draft = fresh()
    for (const [name, text] of typed) draft = withArgument(declared, draft, name, text)
    expect(argumentValues(declared, draft)).toEqual(Object.fromEntries(typed.map(([name, , value]) => [name, value])))
    expect(argumentValues(declared, withArgument(declared, fresh(), "config", '{ "a":1 }'))).toEqual({})
    expect(argumentValues(declared, withArgument(declared, fresh(), "count", ""))).toEqual({})
  })

  test("an argument without a default is always sent, and missed when it is empty", () => {
    const required = [
      argument("n", "integer", { required: true }),
      argument("mode", "string", { required: true }),
      argument("flag", "boolean", { required: true }),
    ]
    const draft = argumentsFrom(required, {})
    expect(argumentProblems(required, draft).map((problem) => problem.name)).toEqual(["n", "mode", "flag"])
    expect(argumentValues(required, withArgument(required, draft, "flag", "false"))).toEqual({ flag: false })
    expect(argumentProblems(required, { ...draft, view: "json" })).toEqual([
      { name: null, message: '"n", "mode", "flag" must be given: there is no default.' },
    ])
  })

  test.each([
    ["count", "9223372036854775807"],
    ["count", "-99999999999999999999"],
    ["rate", "1.0"],
    ["rate", "1e5"],
    ["rate", "1e-7"],
    ["config", '{"seed":18446744073709551615,"rate":1.0}'],
  ])("%s sends %s as it is written, and the form shows it again", (name, text) => {
    const values = argumentValues(declared, withArgument(declared, fresh(), name, text))
    expect(stringifyExact(values)).toBe(`{"${name}":${text}}`)
    const again = argumentsFrom(declared, values)
    expect(again.extras).toEqual({})
    expect(stringifyExact(argumentValues(declared, again))).toBe(`{"${name}":${text}}`)
  })

  test.each([
    ["count", "1.5", "A whole number is expected."],
    ["rate", "0x10", "A number is expected."],
    ["rate", "abc", "A number is expected."],
    ["config", "{", "Line 1, column 2: A name in double quotes is expected, not the end of the text."],
  ])("%s refuses %j with a sentence", (name, text, message) => {
    const draft = withArgument(declared, fresh(), name, text)
    expect(argumentProblems(declared, draft)).toEqual([{ name, message }])
    expect(argumentValues(declared, draft)).toEqual({})
  })
})

describe("form and JSON", () => {
  test("a change in the form is in the JSON, a change in the JSON is in the form", () => {
    const draft = withArgument(declared, fresh(), "count", "9")
    expect(JSON.parse(draft.json)).toEqual({ count: 9 })
    const back = withArgumentsJson(declared, draft, '{"count": 10, "level": "hard"}')
    expect(back.fields.count).toBe("10")
    expect(back.fields.level).toBe('"hard"')
    expect(argumentValues(declared, back)).toEqual({ count: 10, level: "hard" })
    expect(withArgumentsJson(declared, back, "").fields.count).toBe("5")
  })

  test("what no control can show is kept and sent", () => {
    const draft = withArgumentsJson(declared, fresh(), '{"count": "many", "level": null, "other": 1}')
    expect(draft.extras).toEqual({ count: "many", level: null, other: 1 })
    expect(argumentValues(declared, draft)).toEqual({ count: "many", level: null, other: 1 })
    expect(undeclaredNames(declared, draft)).toEqual(["other"])
    expect(argumentProblems(declared, draft)).toEqual([])
    expect(argumentValues(declared, withArgument(declared, draft, "count", "6"))).toEqual({ level: null, other: 1, count: 6 })
  })

  test("JSON that cannot be read changes nothing else and keeps its view", () => {
    const draft = withArgumentsJson(declared, { ...fresh(), view: "json" }, '{"count": ')
    expect(draft.fields.count).toBe("5")
    expect(withArgumentsView(declared, draft, "form")).toBe(draft)
    expect(argumentProblems(declared, draft)).toEqual([{ name: null, message: "Line 1, column 11: A value is missing here." }])
  })

  test("the JSON view shows what the form says", () => {
    const draft = withArgumentsView(declared, withArgument(declared, fresh(), "strict", "false"), "json")
    expect(draft.view).toBe("json")
    expect(JSON.parse(draft.json)).toEqual({ strict: false })
  })

  test("without declared arguments there is only JSON", () => {
    const draft = withArgumentsJson(null, argumentsFrom(null, {}), '{"a": 1}')
    expect(argumentsView(null, draft)).toBe("json")
    expect(argumentsView([], draft)).toBe("json")
    expect(argumentValues(null, draft)).toEqual({ a: 1 })
  })
})

test("a draft survives other declarations with everything that still fits", () => {
  const draft = withArgument(declared, withArgument(declared, fresh(), "count", "9"), "rate", "abc")
  const [, count, rate] = declared
  const later = [count, rate, argument("added", "string", { default: "x" })] as EnvironmentArgument[]
  const refitted = refitArguments(later, draft)
  expect(refitted.fields).toEqual({ count: "9", rate: "abc", added: "x" })
  expect(argumentValues(later, refitted)).toEqual({ count: 9 })
})

test("names that every object has are ordinary argument names", () => {
  const odd = [argument("constructor", "string", { default: "a" }), argument("toString", "integer")]
  const draft = withArgument(odd, argumentsFrom(odd, {}), "toString", "3")
  expect(argumentValues(odd, draft)).toEqual({ toString: 3 })
})

test("text with line breaks gets a control that keeps them", () => {
  expect(controlOf(argument("a", "string", { default: "x\ny" }))).toBe("multiline")
  expect(controlOf(argument("a", "string"), "x\ny")).toBe("multiline")
  expect(controlOf(argument("a", "string"))).toBe("text")
})
