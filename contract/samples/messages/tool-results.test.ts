import { expect, test } from "vitest"
import { toMessages } from "./messages.ts"
import { partText } from "./part-text.ts"

const joined = (...completion: object[]) => toMessages([], completion)
const calls = (...list: { id?: string; name: string }[]) => ({
  role: "assistant",
  tool_calls: list.map((call) => ({ arguments: "{}", ...call })),
})
const result = (content: string, more: object = {}) => ({ role: "tool", content, ...more })
/** Per message, the texts of the results of each call. */
const results = (messages: ReturnType<typeof joined>) =>
  messages.map((message) => message.calls.map((call) => call.results.map(({ parts }) => parts.map(partText).join(" "))))

test("calls that share an id take their results in turn", () => {
  const id = { tool_call_id: "call_0" }
  const messages = joined(calls({ id: "call_0", name: "f" }, { id: "call_0", name: "f" }), result("Oslo", id), result("Lima", id))
  expect(results(messages)).toEqual([[["Oslo"], ["Lima"]]])
})

test("an id that is used again belongs to the later turn, and a result too many to the earlier one that still waits", () => {
  const [turn, id] = [calls({ id: "call_0", name: "f" }), { tool_call_id: "call_0" }]
  expect(results(joined(turn, result("one", id), turn, result("two", id)))).toEqual([[["one"]], [["two"]]])
  expect(results(joined(turn, turn, result("two", id), result("one", id)))).toEqual([[["one"]], [["two"]]])
  expect(results(joined(turn, result("one", id), result("more", id)))).toEqual([[["one", "more"]]])
})

test("without ids a result goes to the first open call of its name, else to the next open one", () => {
  const [a, b] = [
    { id: "", name: "a" },
    { id: "", name: "b" },
  ]
  const named = (name: string) => result(`of ${name}`, { tool_call_id: "", name })
  expect(results(joined(calls(a, b), named("b"), named("a")))).toEqual([[["of a"], ["of b"]]])
  expect(results(joined(calls(a, b, a), named("a"), named("b"), named("a")))).toEqual([[["of a"], ["of b"], ["of a"]]])
  expect(results(joined(calls(a, b), named("b"), named("unknown")))).toEqual([[["of unknown"], ["of b"]]])
})

test("results that are parts of a message join their calls, and the message goes when nothing else is in it", () => {
  const use = (id: string) => ({ type: "tool_use", id, name: "weather", input: { city: id } })
  const part = (id: string) => ({
    type: "tool_result",
    tool_use_id: id,
    content: [{ type: "text", text: `in ${id}` }],
    is_error: id === "b",
  })
  const messages = joined({ role: "assistant", content: [use("a"), use("b")] }, { role: "user", content: [part("b"), part("a")] })
  expect(results(messages)).toEqual([[["in a"], ["in b"]]])
  expect(messages[0]?.calls.map((call) => call.results[0]?.failed)).toEqual([false, true])
  const kept = joined(
    { role: "assistant", content: [use("a")] },
    { role: "user", content: [part("a"), part("z"), { type: "text", text: "go on" }] },
  )
  expect(kept[1]).toMatchObject({ role: "user", parts: [{ kind: "text", text: "go on" }], results: [{ parts: [{ text: "in z" }] }] })
})

test.each<[string, object[]]>([
  [
    "the Responses API",
    [
      { type: "function_call", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "42" },
    ],
  ],
  [
    "the AI SDK",
    [
      { role: "assistant", content: [{ type: "tool-call", toolCallId: "c", toolName: "f", input: {} }] },
      { role: "tool", content: [{ type: "tool-result", toolCallId: "c", toolName: "f", output: { type: "text", value: "42" } }] },
    ],
  ],
  [
    "Gemini",
    [
      { role: "model", content: [{ functionCall: { name: "f", args: {} } }] },
      { role: "user", content: [{ functionResponse: { name: "f", response: "42" } }] },
    ],
  ],
  [
    "Bedrock",
    [
      { role: "assistant", content: [{ toolUse: { toolUseId: "c", name: "f", input: {} } }] },
      { role: "user", content: [{ toolResult: { toolUseId: "c", content: [{ text: "42" }], status: "success" } }] },
    ],
  ],
])("calls and results of %s are joined", (_, completion) => {
  const messages = toMessages([], completion)
  expect(results(messages)).toEqual([[["42"]]])
  expect(messages[0]?.calls[0]).toMatchObject({ name: "f", arguments: "{}", rest: null })
})

test("fields of calls and of results that nothing shows are kept", () => {
  const signed = { role: "assistant", tool_calls: [{ id: "c", name: "f", arguments: "{}", extra_content: { signature: "s" } }] }
  const [message] = joined(signed, result("42", { tool_call_id: "c", duration: 3 }))
  expect(message?.calls[0]).toMatchObject({ rest: { extra_content: { signature: "s" } }, results: [{ rest: { duration: 3 } }] })
})

test("a call of Inspect has the function's name where others have an object", () => {
  const call = { id: "c1", function: "add", arguments: { a: 1 }, type: "function" }
  const [message] = toMessages(
    [],
    [
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: "c1", function: "add", content: "2" },
    ],
  )
  expect(message?.calls).toMatchObject([{ id: "c1", name: "add", results: [{ parts: [{ kind: "text", text: "2" }] }] }])
})
