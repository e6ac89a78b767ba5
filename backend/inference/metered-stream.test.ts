import { expect, test } from "vitest"
import { type Heard, meteredStream } from "./metered-stream.ts"
import { usageOf } from "./used-text.ts"

const request = { model: "m", messages: [{ role: "user" as const, content: "What are the first four words?" }] }
const chunk = (body: object) => new TextEncoder().encode(`data: ${JSON.stringify(body)}\n\n`)
const says = (delta: object) => chunk({ choices: [{ index: 0, delta }] })

/** Streams some chunks, then ends, or breaks off with an error. */
async function* source(chunks: Uint8Array[], error?: Error) {
  yield* chunks
  if (error) throw error
}

function listen(chunks: Uint8Array[], error?: Error) {
  const heard: Heard[] = []
  const stream = meteredStream(source(chunks, error), (all) => heard.push(all))
  return { heard, reader: stream.getReader() }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
  let text = ""
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += new TextDecoder().decode(value)
  }
}

const spoken = [says({ role: "assistant", content: "" }), says({ reasoning_content: "Let me" }), says({ content: " think: one two" })]

test("a stream passes unchanged, and its last usage is what it used", async () => {
  const usage = (completion_tokens: number) => chunk({ choices: [], usage: { prompt_tokens: 9, completion_tokens } })
  const chunks = [usage(0), ...spoken, usage(7), new TextEncoder().encode("data: [DONE]\n\n")]
  const { heard, reader } = listen(chunks)
  expect(await readAll(reader)).toBe(chunks.map((one) => new TextDecoder().decode(one)).join(""))
  expect(heard).toHaveLength(1)
  expect(await usageOf(request, heard[0]?.usage, heard[0]?.text ?? null)).toMatchObject({ prompt: 9, completion: 7 })
})

test("a stream that the provider breaks off is counted by what it said until then", async () => {
  const { heard, reader } = listen(spoken, new Error("terminated"))
  await expect(readAll(reader)).rejects.toThrow("terminated")
  expect(heard).toEqual([{ usage: null, text: "Let me think: one two" }])
  expect(await usageOf(request, null, "Let me think: one two")).toMatchObject({ prompt: 7, completion: 6, cost: null })
})

test("a stream whose reader goes away is counted by what was sent, once", async () => {
  const { heard, reader } = listen(spoken)
  for (const _ of spoken) await reader.read()
  await reader.cancel()
  expect(heard).toHaveLength(1)
  expect(heard[0]?.text).toContain("think")
})

test("tool calls count, and what never began to answer does not", async () => {
  const call = { tool_calls: [{ index: 0, id: "call_1", function: { name: "search", arguments: '{"query": "weather in Paris"}' } }] }
  const { heard, reader } = listen([says(call)])
  await readAll(reader)
  expect((await usageOf(request, null, heard[0]?.text ?? null)).completion).toBeGreaterThan(5)
  const failed = listen([chunk({ error: { message: "overloaded" } })])
  await readAll(failed.reader)
  expect(await usageOf(request, failed.heard[0]?.usage, failed.heard[0]?.text ?? null)).toMatchObject({ prompt: 0, completion: 0 })
})
