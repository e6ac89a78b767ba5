import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import { describe, expect, it } from "vitest"
import { createDemoApp } from "./app.ts"
import { firstTurn, samples } from "./fixtures/play.ts"
import { models } from "./models.ts"

const arithmetic = firstTurn(samples.word_arithmetic, 0, "demo/novice")
const order = firstTurn(samples.market_clerk, 0, "demo/scholar")

function server(now = () => 0) {
  const app = createDemoApp({ latencyScale: 0, now })
  const post = (body: unknown, token = "a") =>
    app.request("/v1/chat/completions", {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    })
  const content = async (body: unknown, token?: string): Promise<string> =>
    (await (await post(body, token)).json()).choices[0].message.content
  return { app, post, content }
}

describe("GET /v1/models", () => {
  it("lists the three models as scripted, with prices", async () => {
    const { data } = await (await server().app.request("/v1/models")).json()
    expect(data.map((model: { id: string }) => model.id)).toEqual(["demo/scholar", "demo/apprentice", "demo/novice"])
    expect(data[0]).toMatchObject({
      object: "model",
      owned_by: "demo",
      scripted: true,
      context_length: 32_768,
      pricing: { input_usd_per_mtok: 0.4, output_usd_per_mtok: 1.6 },
    })
    expect(data[0].description).toMatch(/not a language model/)
  })
})

describe("POST /v1/chat/completions", () => {
  it("counts the tokens of the messages, the tools and the reply", async () => {
    const { usage, choices } = await (await server().post(order)).json()
    const prompt = order.messages.map((message) => countTokens(message.content as string) + 3)
    const tools = samples.market_clerk.tools.map((tool) => countTokens(JSON.stringify(tool)))
    expect(usage.prompt_tokens).toBe([3, ...prompt, ...tools].reduce((sum, count) => sum + count))
    const { tool_calls, reasoning_content = "" } = choices[0].message
    const calls = tool_calls.map(
      (call: { function: { name: string; arguments: string } }) => countTokens(call.function.name) + countTokens(call.function.arguments),
    )
    expect(usage.completion_tokens_details.reasoning_tokens).toBe(countTokens(reasoning_content))
    expect(usage.completion_tokens).toBe([countTokens(reasoning_content), ...calls].reduce((sum: number, count: number) => sum + count))
    expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
    expect(usage.prompt_tokens_details.cached_tokens).toBe(0)
  })

  it("returns parallel tool calls with different ids", async () => {
    const [choice] = (await (await server().post(order)).json()).choices
    expect(choice.finish_reason).toBe("tool_calls")
    expect(choice.message.content).toBeNull()
    const ids = choice.message.tool_calls.map((call: { id: string }) => call.id)
    expect(ids.length).toBeGreaterThan(1)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each([
    ["content", arithmetic],
    ["tool_calls", order],
    ["reasoning_content", firstTurn(samples.word_arithmetic, 3, "demo/scholar")],
  ])("streams the same reply: %s", async (key, body) => {
    const whole = await (await server().post(body)).json()
    expect(whole.choices[0].message[key]).toBeTruthy()
    const response = await server().post({ ...body, stream: true, stream_options: { include_usage: true } })
    expect(response.headers.get("content-type")).toContain("text/event-stream")
    const events = (await response.text())
      .split("\n\n")
      .filter(Boolean)
      .map((event) => event.replace("data: ", ""))
    expect(events.at(-1)).toBe("[DONE]")
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event))
    expect(chunks.at(-1)).toMatchObject({ id: whole.id, choices: [], usage: whole.usage })
    const merged = {
      content: "",
      reasoning_content: "",
      tool_calls: [] as { id: string; type: string; function: { name: string; arguments: string } }[],
    }
    for (const { delta } of chunks.slice(0, -1).map((chunk) => chunk.choices[0])) {
      merged.content += delta.content ?? ""
      merged.reasoning_content += delta.reasoning_content ?? ""
      for (const { index, ...call } of delta.tool_calls ?? []) {
        const known = merged.tool_calls[index]
        if (known) known.function.arguments += call.function.arguments
        else merged.tool_calls[index] = call
      }
    }
    const { message, finish_reason } = whole.choices[0]
    expect(merged).toEqual({
      content: message.content ?? "",
      reasoning_content: message.reasoning_content ?? "",
      tool_calls: message.tool_calls ?? [],
    })
    expect(chunks.at(-2).choices[0].finish_reason).toBe(finish_reason)
  })

  it("cuts a reply at the token limit", async () => {
    const { choices, usage } = await (await server().post({ ...arithmetic, max_completion_tokens: 5 })).json()
    expect(choices[0].finish_reason).toBe("length")
    expect(usage.completion_tokens).toBe(5)
  })

  it("reads content parts like text", async () => {
    const parts = arithmetic.messages.map((message) => ({ ...message, content: [{ type: "text", text: message.content }] }))
    expect(await server().content({ ...arithmetic, messages: parts })).toBe(await server().content(arithmetic))
  })
})

describe("errors", () => {
  it.each([
    ["unknown model", { ...arithmetic, model: "demo/none" }, 404, { param: "model", code: "model_not_found" }],
    ["no JSON", "{", 400, { param: "", code: null }],
    ["no messages", { model: "demo/novice", messages: [] }, 400, { param: "messages" }],
    ["several choices", { ...arithmetic, n: 2 }, 400, { param: "n" }],
    [
      "too long",
      { ...arithmetic, messages: [{ role: "user", content: "word ".repeat(40_000) }] },
      400,
      { code: "context_length_exceeded" },
    ],
    [
      "far too long",
      { ...arithmetic, messages: [{ role: "user", content: "a".repeat(1_000_000) }] },
      400,
      { code: "context_length_exceeded" },
    ],
  ])("%s", async (_, body, status, error) => {
    const response = await server().post(body)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", message: expect.any(String), ...error } })
  })

  it("bounds the time for a long text without spaces", async () => {
    const start = performance.now()
    await server().post({ ...arithmetic, messages: [{ role: "user", content: "a".repeat(100_000) }] })
    expect(performance.now() - start).toBeLessThan(3000)
  })

  it("takes special tokens in a message as text", async () => {
    const response = await server().post({ ...arithmetic, messages: [{ role: "user", content: "<|endoftext|>" }] })
    expect(response.status).toBe(200)
  })
})

describe("repeated requests", () => {
  const hunt = firstTurn(samples.number_hunt, 0, "demo/novice")
  const several = async (content: () => Promise<string>) => [await content(), await content(), await content(), await content()]

  it("answers the n-th identical request of every token alike", async () => {
    const { content } = server()
    const first = await several(() => content(hunt, "a"))
    expect(await several(() => content(hunt, "b"))).toEqual(first)
    expect(new Set(first).size).toBeGreaterThan(1)
  })

  it("starts again 15 seconds later", async () => {
    let time = 0
    const { content } = server(() => time)
    const first = await several(() => content(hunt))
    time = 15_001
    expect(await several(() => content(hunt))).toEqual(first)
  })

  it("distinguishes seeds", async () => {
    const { content } = server()
    const replies = await Promise.all([1, 2, 3, 4].map((seed) => content({ ...hunt, seed })))
    expect(new Set(replies).size).toBeGreaterThan(1)
  })

  it("repeats one reply at temperature 0", async () => {
    const { content } = server()
    expect(new Set(await several(() => content({ ...hunt, temperature: 0 }))).size).toBe(1)
  })
})

describe("latency", () => {
  it("waits longer for the scholar than for the novice", async () => {
    const app = createDemoApp({ latencyScale: 1 })
    const time = async (model: string) => {
      const start = performance.now()
      await app.request("/v1/chat/completions", { method: "POST", body: JSON.stringify({ ...arithmetic, model }) })
      return performance.now() - start
    }
    await server().content(arithmetic)
    expect(await time("demo/scholar")).toBeGreaterThanOrEqual(models["demo/scholar"].latency.firstTokenMs[0] - 5)
    expect(await time("demo/novice")).toBeLessThan(models["demo/scholar"].latency.firstTokenMs[0])
  })
})
