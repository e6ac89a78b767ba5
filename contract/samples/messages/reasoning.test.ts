import { expect, test } from "vitest"
import { toMessages } from "./messages.ts"

const answer = (message: object) => toMessages([], [{ role: "assistant", content: "No.", ...message }])[0]
const says = { type: "text", text: "No." }

test.each<[string, object, string[]]>([
  ["a part with the key reasoning", { content: [{ type: "reasoning", reasoning: "7 × 13" }, says] }, ["7 × 13"]],
  ["a part with a summary", { content: [{ type: "reasoning", summary: [{ type: "summary_text", text: "7 × 13" }] }, says] }, ["7 × 13"]],
  [
    "a part of nested parts",
    { content: [{ type: "thinking", thinking: [{ type: "text", text: "7" }, { text: "13" }] }, says] },
    ["7", "13"],
  ],
  ["a list", { reasoning_content: [{ type: "text", text: "7" }, "13"] }, ["7", "13"]],
  ["an object with a summary", { reasoning: { summary: "7 × 13", effort: null } }, ["7 × 13"]],
  ["Ollama's thinking", { thinking: "7 × 13" }, ["7 × 13"]],
  [
    "OpenRouter's details",
    {
      reasoning_details: [
        { type: "reasoning.text", text: "7" },
        { type: "reasoning.summary", summary: "13" },
      ],
    },
    ["7", "13"],
  ],
  ["Gemini's thought", { content: [{ text: "7 × 13", thought: true }, says] }, ["7 × 13"]],
  ["Bedrock's part", { content: [{ reasoningContent: { reasoningText: { text: "7 × 13" } } }, says] }, ["7 × 13"]],
])("reasoning is read from %s", (_, message, texts) => {
  expect(answer(message)).toMatchObject({ reasoning: texts, hiddenReasoning: false, rest: null, parts: [{ kind: "text", text: "No." }] })
})

test.each<[string, object, string[]]>([
  ["Anthropic's redacted part", { content: [{ type: "redacted_thinking", data: "RW5j" }, says] }, []],
  ["OpenAI's encrypted part", { content: [{ type: "reasoning", encrypted_content: "gAAAAA", summary: [] }, says] }, []],
  ["a summary with the rest encrypted", { content: [{ type: "reasoning", encrypted_content: "gAA", summary: [{ text: "7" }] }] }, ["7"]],
  ["Inspect's redacted part", { content: [{ type: "reasoning", reasoning: "gAAAAA", redacted: true, summary: "7" }] }, ["7"]],
  ["OpenRouter's encrypted detail", { reasoning_details: [{ type: "reasoning.encrypted", data: "gAAAAA" }] }, []],
  ["Bedrock's redacted part", { content: [{ reasoningContent: { redactedContent: "gAAAAA" } }] }, []],
])("%s is noted as hidden, and its cipher text is not shown", (_, message, texts) => {
  expect(answer(message)).toMatchObject({ reasoning: texts, hiddenReasoning: true })
  expect(JSON.stringify(answer(message))).not.toContain("gAA")
})

test("thinking that was left out, with only its signature, is hidden reasoning", () => {
  expect(answer({ content: [{ type: "thinking", thinking: "", signature: "c2ln" }] })).toMatchObject({
    reasoning: [],
    hiddenReasoning: true,
    rest: { "content[0]": { signature: "c2ln" } },
  })
})

test("the same words under two keys are one reasoning", () => {
  expect(answer({ reasoning: "7 × 13", reasoning_details: [{ type: "reasoning.text", text: "7 × 13" }] })?.reasoning).toEqual(["7 × 13"])
})

test("what is not understood is kept among the other fields, or as a part of its own", () => {
  expect(answer({ reasoning: { effort: "high" } })?.rest).toEqual({ reasoning: { effort: "high" } })
  expect(answer({ content: [{ type: "reasoning", reasoning: "7", signature: "c2ln" }] })?.rest).toEqual({
    "content[0]": { signature: "c2ln" },
  })
  expect(answer({ content: [{ type: "reasoning", steps: 3 }] })?.parts).toEqual([{ kind: "json", value: { type: "reasoning", steps: 3 } }])
})

test("an item of the Responses API is a message of the assistant", () => {
  const [reasoning] = toMessages([], [{ type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "7 × 13" }] }])
  expect(reasoning).toMatchObject({ role: "assistant", reasoning: ["7 × 13"], rest: { id: "rs_1" } })
})
