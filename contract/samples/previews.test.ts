import { expect, test } from "vitest"
import { previews } from "./previews.ts"

const user = (content: unknown) => ({ role: "user", content })
const assistant = (content: unknown, more: object = {}) => ({ role: "assistant", content, ...more })

test("pictures and files are named, and a spoken answer is its transcript", () => {
  const image = { type: "image", image: "data:image/png;base64,iVBORw0KGgo=" }
  const file = { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0x" } }
  const audio = { id: "audio_1", data: "UklGRgECAwQ=", transcript: "It is red." }
  expect(
    previews({ prompt: [user([image, { type: "text", text: "Which colour?" }, file])], completion: [assistant(null, { audio })] }),
  ).toEqual({
    prompt: "[image] Which colour? [a.pdf]",
    completion: "It is red. [audio]",
  })
})

test("the question is the last thing that a person said, not a tool's answer that is written as the user's", () => {
  const prompt = [
    user("Weather?"),
    assistant([{ type: "tool_use", id: "a", name: "f", input: {} }]),
    user([{ type: "tool_result", tool_use_id: "a", content: "4 °C" }]),
  ]
  expect(
    previews({
      prompt,
      completion: [
        assistant([
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "cold" },
        ]),
      ],
    }),
  ).toEqual({
    prompt: "Weather?",
    completion: "cold",
  })
})

test("every shape of a conversation has previews", () => {
  const messages = [user("2+2?"), assistant("4")]
  const nodes = [{ message: user("2+2?") }, { parent: 0, sampled: true, message: assistant("4") }]
  for (const row of [
    { messages },
    { prompt: [], completion: messages },
    { prompt: JSON.stringify([user("2+2?")]), completion: "4" },
    { traces: [{ nodes }] },
    { prompt: "2+2?", output: "4" },
  ])
    expect(previews(row)).toEqual({ prompt: "2+2?", completion: "4" })
})

test("a long text ends with an ellipsis and never with half an emoji, blanks or not", () => {
  for (let before = 230; before < 242; before++) {
    const { prompt } = previews({ prompt: "a".repeat(before) + "😀".repeat(200) })
    expect(prompt).toMatch(/^a+😀*…$/u)
    expect(prompt.length).toBeLessThanOrEqual(240)
  }
  const { completion } = previews({ completion: `b${" ".repeat(954)}a${"😀".repeat(50)}` })
  expect(completion).toBe("b a😀😀…")
})

test("a message is a line of plain text, whether or not it has more than a role and a text", () => {
  const content = "  One\r\n\n two\u00a0\u00a0three\tfour  \u001b[31mfive\u001b[0m \ud800 "
  const line = "One two three four five \ufffd"
  expect(previews({ prompt: [user(content)], completion: [assistant(content)] })).toEqual({ prompt: line, completion: line })
  expect(previews({ prompt: [{ ...user(content), name: "x" }], completion: [assistant(content, { tool_calls: null })] })).toEqual({
    prompt: line,
    completion: line,
  })
  expect(previews({ prompt: [user("before"), user(" \n")], completion: [assistant("said"), assistant("")] })).toEqual({
    prompt: "before",
    completion: "said",
  })
})
