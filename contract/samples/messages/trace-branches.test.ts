import { expect, test } from "vitest"
import { shownTexts } from "../shown-texts.ts"
import { conversations } from "./conversations.ts"

const says = (role: string, content: string) => ({ role, content })

/** A conversation that calls a sub-agent, is compacted, and goes on. */
const trace = {
  agent: { name: "agent" },
  nodes: [
    { message: says("user", "task") },
    { parent: 0, sampled: true, message: says("assistant", "delegate") },
    { message: says("user", "sub task") },
    { parent: 2, sampled: true, message: says("assistant", "sub answer"), semantic_parents: [{ node: 1, type: "subagent_call" }] },
    { parent: 1, message: says("tool", "sub answer came back") },
    { parent: 4, sampled: true, message: says("assistant", "long work"), semantic_parents: [{ node: 3, type: "subagent_return" }] },
    { parent: 5, message: says("user", "summarize") },
    { parent: 6, sampled: true, message: says("assistant", "bad summary"), semantic_parents: [{ node: 5, type: "compaction_attempt" }] },
    { parent: 6, sampled: true, message: says("assistant", "summary"), semantic_parents: [{ node: 5, type: "compaction_attempt" }] },
    { message: says("user", "task, and the summary") },
    {
      parent: 9,
      sampled: true,
      message: says("assistant", "done"),
      semantic_parents: [
        { node: 8, type: "compaction" },
        { node: 5, type: "vendor:review" },
      ],
    },
  ],
  calls: [
    { node: null, model: "m", error: { type: "ModelError", message: "503 upstream" }, time: { start: 1, end: 2 } },
    {
      node: 1,
      model: "m",
      finish_reason: "tool_calls",
      usage: { prompt_tokens: 90, cached_input_tokens: 10, completion_tokens: 20, reasoning_tokens: 5, cost: 0.25 },
      time: { start: 10, end: 12.5 },
    },
    { node: 10, model: "m", finish_reason: "length", time: {} },
    { node: null, model: "m", error: { type: "ContextError", message: "too long" } },
  ],
}

test("branches of a trace are called what the harness says they are, the main conversation first", () => {
  const found = conversations({ traces: [trace] })
  expect(found.map(({ title, messages }) => [title, messages.at(-1)?.parts[0]])).toEqual([
    [null, { kind: "text", text: "done" }],
    ["compaction 2", { kind: "text", text: "summary" }],
    ["compaction 1, not used", { kind: "text", text: "bad summary" }],
    ["sub-agent 1", { kind: "text", text: "sub answer" }],
  ])
})

test("a message has its model call, the tries that failed before it, and the messages that led to it", () => {
  const [main, , compaction, agent] = conversations({ traces: [trace] })
  const turnOf = (conversation: typeof main, text: string) =>
    conversation?.messages.find(({ parts }) => parts[0]?.kind === "text" && parts[0].text === text)?.turn
  expect(turnOf(compaction, "delegate")).toEqual({
    call: { model: "m", seconds: 2.5, tokens: { input: 100, cached: 10, output: 20, reasoning: 5 }, cost: 0.25, cutBy: null, error: null },
    failed: [{ model: "m", seconds: 1, tokens: null, cost: null, cutBy: null, error: "ModelError: 503 upstream" }],
    links: [],
  })
  expect(turnOf(main, "done")).toMatchObject({
    call: { cutBy: "length", seconds: null },
    links: [
      { type: "compaction", message: "2-6" },
      { type: "vendor:review", message: "2-4" },
    ],
  })
  expect(turnOf(agent, "sub answer")?.links).toEqual([{ type: "subagent_call", message: "2-2" }])
  expect(main?.unanswered).toMatchObject([{ error: "ContextError: too long" }])
  expect(shownTexts({ traces: [trace] }).map(({ text }) => text)).toEqual(
    expect.arrayContaining(["ModelError: 503 upstream", "ContextError: too long"]),
  )
})

test("numbers that lead nowhere or in circles do not break the page", () => {
  const nodes = [
    { parent: 1, message: says("user", "a"), semantic_parents: [{ node: 99, type: "subagent_return" }, { node: "x" }, null] },
    { parent: 0, message: says("assistant", "b"), sampled: true },
    "no node",
    { parent: 7, message: says("user", "c"), semantic_parents: [{ node: 99, type: "subagent_return" }] },
  ]
  const found = conversations({ traces: [{ nodes, calls: [{ node: 42, usage: "none" }, 5] }] })
  expect(found[0]?.messages[0]?.turn?.links).toEqual([{ type: "subagent_return", message: null }])
  expect(conversations({ traces: [{ nodes: null, calls: {} }] })).toEqual([])
})
