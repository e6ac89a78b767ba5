import { expect, test } from "vitest"
import type { ToolCall } from "@/contract/samples/messages/conversation.ts"
import { callText, resultText } from "./call-line.ts"

const call = (args: string, results: string[] = []): ToolCall => ({
  id: null,
  name: "f",
  arguments: args,
  argumentsAreJson: true,
  code: null,
  results: results.map((text) => ({ parts: [{ kind: "text", text }], name: null, failed: false, rest: null })),
  rest: null,
})

test.each([
  ['{"item": "egg"}', '"egg"'],
  ['{"query": "egg", "limit": 5, "deep": {"a": 1}}', 'query="egg", limit=5, deep={…}'],
  ["{}", ""],
  ["look\n  here", "look here"],
  ['"just text"', '"just text"'],
  ['{"q": "\u202ex"}', '"\\u202ex"'],
])("the arguments %s are written as %s", (args, written) => {
  expect(callText(call(args))).toBe(written)
})

test("long arguments and results are cut, and stay on one line", () => {
  expect(callText(call(JSON.stringify({ code: "x\n".repeat(500) }))).length).toBeLessThanOrEqual(80)
  const line = resultText(call("{}", ["a\nb ".repeat(500)])) as string
  expect(line.length).toBeLessThanOrEqual(100)
  expect(line).not.toContain("\n")
})

test("an empty result is not the same as none", () => {
  expect(resultText(call("{}"))).toBeNull()
  expect(resultText(call("{}", [""]))).toBe("(empty)")
})
