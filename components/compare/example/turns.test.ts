import { expect, test } from "vitest"
import { expectedAnswer, sharedTurns, turnsOf } from "./turns.ts"

const sample = (...answers: string[]) => ({
  prompt: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "2 + 2?" },
  ],
  completion: answers.flatMap((content) => [
    { role: "assistant", content },
    { role: "user", content: "Sure?" },
  ]),
  answer: "4",
})

test("two rollouts part at the first message that is not the same", () => {
  const [left, right] = [turnsOf(sample("4", "Yes.")), turnsOf(sample("4", "No, 5."))]
  expect(left.map(({ role }) => role)).toEqual(["system", "user", "assistant", "user", "assistant", "user"])
  expect(sharedTurns(left, right)).toBe(4)
  expect(sharedTurns(left, left)).toBe(left.length)
  expect(sharedTurns(left, left.slice(0, 3))).toBe(3)
  expect(sharedTurns([], right)).toBe(0)
})

test("calls of tools and their results are part of the text", () => {
  const [turn] = turnsOf({
    completion: [
      { role: "assistant", content: "Looking.", tool_calls: [{ id: "1", function: { name: "find", arguments: '{"q":1}' } }] },
      { role: "tool", tool_call_id: "1", content: "found it" },
    ],
  })
  expect(turn?.text).toContain("Looking.\nfind(")
  expect(turn?.text).toContain("→ found it")
})

test("an expected answer is text or a number", () => {
  expect([expectedAnswer({ answer: " 4 " }), expectedAnswer({ answer: 4 }), expectedAnswer({ answer: "" }), expectedAnswer({})]).toEqual([
    "4",
    "4",
    null,
    null,
  ])
})
