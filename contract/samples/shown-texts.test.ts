import { expect, test } from "vitest"
import { shownTexts } from "./shown-texts.ts"

test("every text of a conversation is there as it is shown, once, and no key of the JSON", () => {
  const row = {
    example_id: 3,
    prompt: [
      { role: "system", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "Look" },
          { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
        ],
      },
    ],
    completion: [
      {
        role: "assistant",
        content: null,
        reasoning_content: "I need the file",
        tool_calls: [
          { id: "1", type: "function", function: { name: "read", arguments: '{"path":"C:\\\\temp"}' } },
          { id: "2", type: "function", function: { name: "run", arguments: '{"code":"print(1)\\n"}' } },
        ],
      },
      { role: "tool", tool_call_id: "1", content: "Be brief." },
      { role: "assistant", content: "Done", annotations: [{ note: "kept" }] },
    ],
    answer: "42",
    error: { error: "ValueError", message: "gone" },
    reward: 1,
    metrics: { secret_metric: 1 },
  }
  const texts = shownTexts(row).map(({ text }) => text)
  expect(texts).toEqual([
    "Be brief.",
    "Look\n[image]",
    "I need the file",
    "read",
    '{\n  "path": "C:\\\\temp"\n}',
    "run",
    "print(1)\n",
    "Done",
    expect.stringContaining('"note": "kept"'),
    "42",
    "ValueError",
    "gone",
  ])
})

test("branches of a conversation share their beginning, and a row without any has no texts", () => {
  const nodes = [
    { message: { role: "user", content: "Start" } },
    { parent: 0, sampled: true, message: { role: "assistant", content: "one way" } },
    { parent: 0, sampled: true, message: { role: "assistant", content: "another" } },
  ]
  expect(shownTexts({ nodes }).filter(({ text }) => text === "Start")).toHaveLength(1)
  expect(shownTexts({ reward: 1 })).toEqual([])
})
