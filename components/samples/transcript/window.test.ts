import { expect, test } from "vitest"
import { toMessages } from "@/contract/samples/messages/messages.ts"
import { messagesAtOnce, windowOf } from "./window.ts"

const talk = (count: number, title: string | null = null) => ({
  title,
  messages: toMessages(
    [],
    Array.from({ length: count }, (_, i) => ({ role: "assistant", content: `message ${i + 1}` })),
  ),
})
const names = (window: ReturnType<typeof windowOf>) =>
  window.conversations.map(({ messages }) => [messages[0]?.name, messages.at(-1)?.name])

test("a long conversation is shown in parts, which know the ones beside them", () => {
  const long = [talk(250)]
  expect(windowOf(long, null)).toMatchObject({ first: 1, last: 100, total: 250, earlier: null, later: "101" })
  expect(windowOf(long, "101")).toMatchObject({ first: 101, last: 200, earlier: "1", later: "201" })
  expect(windowOf(long, "250")).toMatchObject({ first: 201, last: 250, earlier: "101", later: null })
  expect(names(windowOf(long, "199"))).toEqual([["101", "200"]])
})

test("conversations share the parts, and keep their titles", () => {
  const both = [talk(150, "solver"), talk(150, "judge")]
  expect(names(windowOf(both, "2-1"))).toEqual([
    ["1-101", "1-150"],
    ["2-1", "2-50"],
  ])
  expect(windowOf(both, "2-1").conversations.map(({ title }) => title)).toEqual(["solver", "judge"])
})

test("a tool's answer is found at the call that shows it, and an unknown name at the beginning", () => {
  const call = { role: "assistant", tool_calls: [{ id: "a", name: "f", arguments: "{}" }] }
  const turns = Array.from({ length: 150 }, () => [call, { role: "tool", tool_call_id: "a", content: "x" }]).flat()
  const joined = [{ title: null, messages: toMessages([], turns) }]
  expect(windowOf(joined, "202").first).toBe(messagesAtOnce + 1)
  expect(windowOf(joined, "nothing").first).toBe(1)
  expect(windowOf([], "1")).toMatchObject({ conversations: [], total: 0 })
})
