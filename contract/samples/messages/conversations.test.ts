import { describe, expect, test } from "vitest"
import type { Message, Part } from "./conversation.ts"
import { conversations } from "./conversations.ts"
import { partText as fullText } from "./part-text.ts"

const partText = (part: Part): string => (part.kind === "text" ? part.text : `[${part.kind}]`)
const messageText = ({ parts }: Message): string => parts.map(partText).join("\n")

const only = (sample: Record<string, unknown>): Message[] => {
  const found = conversations(sample)
  expect(found).toHaveLength(1)
  return found[0]?.messages ?? []
}

describe("shapes of prompt and completion", () => {
  test("lists of messages keep their order and say where they came from", () => {
    const messages = only({
      prompt: [
        { role: "system", content: "Be short." },
        { role: "user", content: "2+2?" },
      ],
      completion: [{ role: "assistant", content: "4" }],
    })
    expect(messages.map((m) => [m.index, m.role, m.origin, m.parts])).toEqual([
      [0, "system", "prompt", [{ kind: "text", text: "Be short." }]],
      [1, "user", "prompt", [{ kind: "text", text: "2+2?" }]],
      [2, "assistant", "completion", [{ kind: "text", text: "4" }]],
    ])
  })

  test("a bare string is one message", () => {
    expect(only({ prompt: "Once upon", completion: " a time" }).map((m) => [m.role, m.parts[0]])).toEqual([
      ["user", { kind: "text", text: "Once upon" }],
      ["assistant", { kind: "text", text: " a time" }],
    ])
  })

  test("completion-API text keeps its role", () => {
    expect(only({ prompt: [{ role: "text", content: "Once" }], completion: null })[0]?.role).toBe("text")
  })

  test("a list that was encoded as JSON text is decoded, a text that only looks like one is not", () => {
    expect(only({ prompt: JSON.stringify([{ role: "user", content: "hi" }]) })[0]?.parts).toEqual([{ kind: "text", text: "hi" }])
    expect(only({ prompt: "[1, 2, 3]" })[0]?.parts).toEqual([{ kind: "text", text: "[1, 2, 3]" }])
  })

  test("OpenAI's messages are split at the first answer", () => {
    const messages = only({
      messages: [
        { role: "user", content: "q" },
        { role: "assistant", content: "a" },
        { role: "user", content: "r" },
      ],
    })
    expect(messages.map((m) => m.origin)).toEqual(["prompt", "completion", "completion"])
  })

  test("nothing at all, nulls and empty lists give no conversation", () => {
    expect(conversations({})).toEqual([])
    expect(conversations({ prompt: null, completion: [] })).toEqual([])
  })

  test("null content, null tool calls and a message that is no object do not break the page", () => {
    const messages = only({ prompt: [{ role: "user", content: null, tool_calls: null, name: null }, 7, null, "loose"], completion: [] })
    expect(messages.map((m) => [m.role, m.parts])).toEqual([
      ["user", []],
      ["unknown", [{ kind: "json", value: 7 }]],
      ["unknown", []],
      ["text", [{ kind: "text", text: "loose" }]],
    ])
  })

  test("keys that nothing shows are kept", () => {
    expect(only({ completion: [{ role: "assistant", content: "x", weight: 0, refusal: null, annotations: [] }] })[0]?.rest).toEqual({
      weight: 0,
    })
  })

  test("terminal escapes and lone surrogates are removed from text", () => {
    expect(only({ completion: [{ role: "assistant", content: "a\u001b[31mb\u0000\ud800" }] })[0]?.parts).toEqual([
      { kind: "text", text: "ab\ufffd" },
    ])
  })
})

describe("parts", () => {
  const parts = (content: unknown) => only({ prompt: [{ role: "user", content }] })[0]?.parts

  test("text, images and audio that came with the message", () => {
    expect(
      parts([
        { type: "text", text: "look" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
        { type: "input_audio", input_audio: { data: "BBBB", format: "mp3" } },
        "and a string",
      ]),
    ).toEqual([
      { kind: "text", text: "look" },
      { kind: "image", url: "data:image/png;base64,AAAA" },
      { kind: "audio", url: "data:audio/mpeg;base64,BBBB" },
      { kind: "text", text: "and a string" },
    ])
  })

  test("an image elsewhere is only named, never loaded", () => {
    expect(parts([{ type: "image_url", image_url: { url: "https://tracker.example/a.png" } }])).toEqual([
      { kind: "link", label: "External image", url: "https://tracker.example/a.png" },
    ])
  })

  test("an image address that is neither is shown as JSON, and a document in its place as a file", () => {
    const script = { type: "image_url", image_url: { url: "javascript:alert(1)" } }
    expect(parts([script])).toEqual([{ kind: "json", value: script }])
    const page = "data:text/html,<script>"
    expect(parts([{ type: "image_url", image_url: { url: page } }])).toEqual([
      { kind: "file", name: null, type: "text/html", bytes: 8, url: page },
    ])
  })

  test("unknown parts and object content are shown as JSON", () => {
    expect(parts([{ type: "video", frames: 3 }])).toEqual([{ kind: "json", value: { type: "video", frames: 3 } }])
    expect(parts({ anything: true })).toEqual([{ kind: "json", value: { anything: true } }])
  })
})

describe("reasoning", () => {
  const answer = (message: object) => only({ completion: [{ role: "assistant", content: "4", ...message }] })[0]

  test("reasoning_content", () => {
    expect(answer({ reasoning_content: "two and two" })?.reasoning).toEqual(["two and two"])
  })

  test("thinking blocks, once, even when both are sent", () => {
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "redacted_thinking", data: "xx" },
    ]
    expect(answer({ thinking_blocks: blocks })).toMatchObject({ reasoning: ["hm"], hiddenReasoning: true })
    expect(answer({ thinking_blocks: blocks, reasoning_content: "hm" })?.reasoning).toEqual(["hm"])
  })

  test("thinking as a content part", () => {
    expect(
      answer({
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "text", text: "4" },
        ],
      }),
    ).toMatchObject({
      reasoning: ["hm"],
      parts: [{ kind: "text", text: "4" }],
    })
  })
})

describe("tool calls", () => {
  const call = (calls: unknown) => only({ completion: [{ role: "assistant", content: "", tool_calls: calls }] })[0]?.calls[0]

  test("verifiers' double-encoded calls are decoded twice", () => {
    expect(call([JSON.stringify({ id: "c1", name: "look_up", arguments: JSON.stringify({ item: "pear" }) })])).toEqual({
      id: "c1",
      name: "look_up",
      arguments: '{\n  "item": "pear"\n}',
      argumentsAreJson: true,
      code: null,
      results: [],
      rest: null,
    })
  })

  test("objects, OpenAI's shape and a whole list as text", () => {
    expect(call([{ id: "c1", name: "f", arguments: { a: 1 } }])).toMatchObject({ id: "c1", name: "f", arguments: '{\n  "a": 1\n}' })
    expect(call([{ id: "c1", type: "function", function: { name: "f", arguments: '{"a":1}' } }])).toMatchObject({ id: "c1", name: "f" })
    expect(call('[{"id":"c1","name":"f","arguments":"{}"}]')).toMatchObject({ id: "c1", name: "f", arguments: "{}" })
  })

  test("arguments that are not JSON are shown as written", () => {
    expect(call([{ id: "c1", name: "f", arguments: '{"a": ' }])).toMatchObject({ arguments: '{"a": ', argumentsAreJson: false })
  })

  test("a call that cannot be read at all is still there", () => {
    expect(call(["not json"])).toMatchObject({ name: "unreadable call", arguments: "not json" })
  })

  test("a single code argument is kept as code", () => {
    expect(call([{ name: "python", arguments: '{"code":"print(1)\\nprint(2)"}' }])?.code).toBe("print(1)\nprint(2)")
  })
})

describe("results", () => {
  const conversation = (calls: { id?: string; name: string }[], results: { tool_call_id?: string; content: string }[]) =>
    only({
      completion: [
        { role: "assistant", content: "", tool_calls: calls.map((c) => ({ arguments: "{}", ...c })) },
        ...results.map((r) => ({ role: "tool", ...r })),
        { role: "assistant", content: "done" },
      ],
    })
  const texts = (message: Message | undefined) =>
    message?.calls.map((c) => c.results.map((r) => r.parts[0]?.kind === "text" && r.parts[0].text))

  test("join their call by id, in whatever order they come", () => {
    const messages = conversation(
      [
        { id: "a", name: "f" },
        { id: "b", name: "g" },
      ],
      [
        { tool_call_id: "b", content: "two" },
        { tool_call_id: "a", content: "one" },
      ],
    )
    expect(messages).toHaveLength(2)
    expect(texts(messages[0])).toEqual([["one"], ["two"]])
  })

  test("join in order when there are no ids", () => {
    expect(texts(conversation([{ name: "f" }, { name: "g" }], [{ content: "one" }, { content: "two" }])[0])).toEqual([["one"], ["two"]])
    expect(texts(conversation([{ id: "a", name: "f" }], [{ content: "one" }])[0])).toEqual([["one"]])
  })

  test("stay where they are when no call matches", () => {
    const messages = conversation([{ id: "a", name: "f" }], [{ tool_call_id: "zzz", content: "stray" }])
    expect(messages.map((m) => m.role)).toEqual(["assistant", "tool", "assistant"])
    expect(messages[1]?.results[0]?.parts).toEqual([{ kind: "text", text: "stray" }])
  })

  test("errors are recognised by their beginning", () => {
    const failed = (content: string) =>
      conversation([{ id: "a", name: "f" }], [{ tool_call_id: "a", content }])[0]?.calls[0]?.results[0]?.failed
    expect(failed("ValueError: no such item")).toBe(true)
    expect(failed("Error: boom")).toBe(true)
    expect(failed("Traceback (most recent call last):\n")).toBe(true)
    expect(failed("No errors were found")).toBe(false)
    expect(failed("errorless")).toBe(false)
  })
})

const turn = (name: string, says: string, reward?: number) => ({
  agent: { name },
  nodes: [
    { message: { role: "user", content: "q" }, sampled: false },
    { parent: 0, message: { role: "assistant", content: says }, sampled: true },
  ],
  ...(reward === undefined ? {} : { rewards: { good: { score: reward, weight: 1 } } }),
})

test("the episode inside a row of verifiers v1 is shown with all its agents, the same one's turns numbered", () => {
  const traces = [turn("solver", "1"), turn("judge", "no"), turn("solver", "2")]
  const found = conversations({ prompt: [], completion: [{ role: "user", content: "q" }], info: { native_wrapper: { traces } } })
  expect(found.map((c) => [c.title, c.messages.map((m) => messageText(m))])).toEqual([
    ["solver 1", ["q", "1"]],
    ["judge", ["q", "no"]],
    ["solver 2", ["q", "2"]],
  ])
})

test("the only agent of a row of verifiers v1 is not named", () => {
  const [only] = conversations({ prompt: [], completion: [], info: { native_wrapper: { traces: [turn("agent", "1")] } } })
  expect([only?.title, only?.messages.map((m) => m.origin)]).toEqual([null, ["prompt", "completion"]])
})

test("a row of verifiers v1 whose episode has no messages falls back to its prompt", () => {
  const sample = { prompt: [{ role: "user", content: "q" }], completion: [], info: { native_wrapper: { traces: [] } } }
  expect(conversations(sample)[0]?.messages).toHaveLength(1)
})

test("a verifiers v1 episode gives one conversation per leaf, the last first", () => {
  const found = conversations({
    traces: [
      {
        agent: { name: "solver" },
        nodes: [
          { message: { role: "user", content: "q" }, sampled: false },
          { parent: 0, message: { role: "assistant", content: "first" }, sampled: true },
          { parent: 0, message: { role: "assistant", content: "second" }, sampled: true },
        ],
      },
    ],
  })
  expect(found.map((c) => [c.title, c.messages.map((m) => messageText(m)), c.messages[0]?.origin])).toEqual([
    ["solver", ["q", "second"], "prompt"],
    ["solver, earlier branch 1", ["q", "first"], "prompt"],
  ])
})

test("an episode as verifiers v1 uploads it is split at the first answer, with every branch of every trace", () => {
  const nodes = [
    { message: { role: "user", content: "q" } },
    { parent: 0, sampled: true, message: { role: "assistant", content: "first" } },
    { parent: 0, sampled: true, message: { role: "assistant", content: "second" } },
  ]
  const completion = [
    { role: "user", content: "q" },
    { role: "assistant", content: "second" },
  ]
  const row = { episode_id: "e", prompt: [], completion, info: { native_wrapper: { traces: [{ agent: { name: "solver" }, nodes }] } } }
  expect(conversations(row).map(({ title, messages }) => [title, ...messages.map((m) => `${m.origin} ${messageText(m)}`)])).toEqual([
    ["solver", "prompt q", "completion second"],
    ["solver, earlier branch 1", "prompt q", "completion first"],
  ])
  // A row without its traces, which were too large to upload.
  expect(conversations({ ...row, info: null })[0]?.messages.map((m) => m.origin)).toEqual(["prompt", "completion"])
})

test("values that are nested more deeply than the stack do not break the page", () => {
  const deep = `${"[".repeat(50_000)}1${"]".repeat(50_000)}`
  const nested = JSON.parse(deep)
  const calls = [{ id: "a", name: "f", arguments: deep }]
  const message = {
    role: "assistant",
    content: nested,
    reasoning: nested,
    thinking: [{ thinking: nested }],
    tool_calls: calls,
    other: nested,
  }
  const [read] = only({ completion: [message, { role: "tool", tool_call_id: "a", content: [{ type: "tool_result", content: nested }] }] })
  expect(read?.calls[0]?.arguments).toBe("[nested too deeply]")
  expect(read?.parts.map(fullText)).toEqual(["[nested too deeply]"])
  let answer: unknown = "x"
  for (let i = 0; i < 50_000; i++) answer = [{ type: "tool_result", content: answer }]
  expect(only({ completion: [{ role: "user", content: answer }] })[0]?.results).toHaveLength(1)
})
