import { expect, test } from "vitest"
import { conversations } from "@/contract/samples/messages/conversations.ts"
import { partingIndex } from "./parting.ts"

const messagesOf = (...completion: object[]) =>
  conversations({ prompt: [{ role: "user", content: "How much?" }], completion })[0]?.messages ?? []
const calls = (content: string, item: string, answer: string) => [
  { role: "assistant", content, tool_calls: [{ id: item, name: "look_up", arguments: JSON.stringify({ item }) }] },
  { role: "tool", tool_call_id: item, content: answer },
]
const says = (content: string) => ({ role: "assistant", content })

test("rollouts part where they call another tool, whatever they say beside it", () => {
  const better = messagesOf(...calls("First the egg.", "egg", "3.40"), ...calls("", "flour", "6.80"), says("10.20"))
  const worse = messagesOf(...calls("Let me see.", "egg", "3.40"), ...calls("", "milk", "1.00"), says("4.40"))
  expect(partingIndex(worse, better)).toBe(2)
})

test("or where they answer otherwise; space does not count", () => {
  expect(partingIndex(messagesOf(says("4 .")), messagesOf(says("5 .")))).toBe(1)
  expect(partingIndex(messagesOf(says("4\n.")), messagesOf(says("4 .")))).toBeNull()
})

test("or where one goes on after the other has ended", () => {
  expect(partingIndex(messagesOf(says("4"), says("5")), messagesOf(says("4")))).toBe(2)
  expect(partingIndex(messagesOf(says("4")), messagesOf(says("4"), says("5")))).toBeNull()
})
