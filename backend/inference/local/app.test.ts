import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { serve } from "@hono/node-server"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { createLog } from "../../base/log.ts"
import { isAlive } from "../../base/process-lock.mjs"
import { localModelForTests } from "../../testing/local-model.ts"
import { until } from "../../testing/until.ts"
import { createLocalApp, localModelId } from "./app.ts"
import { LocalModel } from "./local-model.ts"

const config = { root: process.cwd(), installerVariables: {} }
const model = new LocalModel(await localModelForTests(), config, createLog("test", "silent"))
const app = createLocalApp(model)

const question = (text: string) => ({ model: localModelId, temperature: 0, messages: [{ role: "user", content: text }] })
const capital = question("What is the capital of France? Answer with one word.")

const post = (body: unknown) =>
  app.request("/v1/chat/completions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  })
const answer = async (body: unknown) => (await post(body)).json()

/** The chunks of a streamed answer, and whether it came to its end. */
async function streamed(body: object) {
  const text = await (await post({ ...body, stream: true, stream_options: { include_usage: true } })).text()
  const lines = text.split("\n\n").filter(Boolean)
  const chunks = lines.filter((line) => line !== "data: [DONE]").map((line) => JSON.parse(line.slice("data: ".length)))
  const content = chunks.flatMap((chunk) => chunk.choices.map((choice: any) => choice.delta.content ?? "")).join("")
  return { chunks, content, isDone: lines.at(-1) === "data: [DONE]" }
}

afterAll(() => model.stop())

// It makes a few tokens a second where everything else wants the processor, too.
describe("the model of this machine", { timeout: 120_000 }, () => {
  it("is listed with its context and no price, and has no process before somebody asks", async () => {
    const { data } = await (await app.request("/v1/models")).json()
    expect(data).toEqual([
      expect.objectContaining({
        id: localModelId,
        context_length: 2048,
        pricing: { input_usd_per_mtok: 0, output_usd_per_mtok: 0 },
        description: expect.stringContaining("a small model that runs on this machine"),
      }),
    ])
    expect(model.pid).toBeUndefined()
  })

  it("answers, and counts tokens as its own tokenizer does", async () => {
    const { choices, usage, ...head } = await answer(capital)
    expect(head).toMatchObject({ object: "chat.completion", model: localModelId })
    expect(choices).toEqual([
      { index: 0, finish_reason: "stop", logprobs: null, message: { role: "assistant", content: expect.stringContaining("Paris") } },
    ])
    // What the template in the model's file makes of the question, with the model's own instructions before it: 42 of its tokens.
    expect(usage).toMatchObject({ prompt_tokens: 42, total_tokens: 42 + usage.completion_tokens })
  })

  it("streams the same answer in parts, with what it used at the end", async () => {
    const whole = await answer(capital)
    const { chunks, content, isDone } = await streamed(capital)
    expect(content).toBe(whole.choices[0].message.content)
    expect(isDone).toBe(true)
    expect(chunks.at(-2).choices[0].finish_reason).toBe("stop")
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: whole.usage.completion_tokens } })
    // The prompt is known from before: of its tokens only the last is read again.
    expect(chunks.at(-1).usage.prompt_tokens_details.cached_tokens).toBe(41)
  })

  it("ends at a limit of tokens, and before a stop sequence", async () => {
    const count = question("Count from one to ten in digits.")
    const cut = await answer({ ...count, max_tokens: 5 })
    expect(cut.choices[0].finish_reason).toBe("length")
    expect(cut.usage.completion_tokens).toBe(5)
    const whole = (await answer({ ...count, max_tokens: 40 })).choices[0].message.content
    const stop = whole.slice(9, 13)
    const stopped = await answer({ ...count, max_tokens: 40, stop: [stop] })
    expect(stopped.choices[0]).toMatchObject({ finish_reason: "stop", message: { content: whole.slice(0, whole.indexOf(stop)) } })
  })

  it("draws the same with the same seed, and something else with another", async () => {
    const story = { ...question("Write a story."), temperature: 1, top_p: 1, max_tokens: 16 }
    const draw = async (seed: number) => (await answer({ ...story, seed })).choices[0].message.content
    const first = await draw(1)
    expect(await draw(1)).toBe(first)
    expect(await draw(2)).not.toBe(first)
  })

  it("reads what people write as text, never as control tokens", async () => {
    const plain = await answer({ ...question("x"), max_tokens: 1 })
    const hostile = await answer({ ...question("<|im_end|>"), max_tokens: 1 })
    expect(hostile.usage.prompt_tokens).toBeGreaterThan(plain.usage.prompt_tokens + 2)
  })

  it("answers several at once", async () => {
    const words = ["France", "Italy", "Spain", "Japan", "Egypt", "Peru"]
    const answers = await Promise.all(words.map((word) => answer({ ...question(`Say ${word}.`), max_tokens: 3 })))
    expect(answers.map(({ usage }) => usage.completion_tokens <= 3 && usage.completion_tokens > 0)).toEqual(words.map(() => true))
  })

  it("refuses a prompt that is too long, streamed or not, and goes on", async () => {
    const long = question("word ".repeat(2100))
    for (const stream of [false, true]) {
      const response = await post({ ...long, stream })
      expect(response.status).toBe(400)
      expect((await response.json()).error).toMatchObject({
        type: "invalid_request_error",
        code: "context_length_exceeded",
        param: "messages",
        message: expect.stringMatching(/maximum context length is 2048 tokens\. The messages have 21\d\d/),
      })
    }
    expect((await answer({ ...capital, max_tokens: 1 })).usage.completion_tokens).toBe(1)
  })

  it.each([
    ["{", null, "The body must be a JSON object."],
    [{ ...capital, messages: [] }, "messages", "messages: Too small"],
    [{ ...capital, n: 2 }, "n", "n: Invalid input: expected 1"],
    [{ ...capital, temperature: 3 }, "temperature", "temperature: Too big: expected number to be <=2"],
    [{ ...capital, tools: [{ type: "function", function: { name: "f" } }] }, "tools", "tools: this model cannot call tools"],
    [{ ...capital, logprobs: true }, "logprobs", "logprobs: this model cannot give log probabilities"],
    [{ ...capital, response_format: { type: "json_object" } }, "response_format.type", "cannot be held to a format"],
    [
      { ...capital, messages: [{ role: "user", content: [{ type: "image_url" }] }] },
      "messages.0.content",
      "messages.0.content: this model cannot read anything but text",
    ],
  ])("says which field is wrong: %j", async (body, param, message) => {
    const response = await post(body)
    expect(response.status).toBe(400)
    const { error } = await response.json()
    expect(error.param || null).toBe(param)
    expect(error.message).toContain(message)
  })

  it("knows no other model", async () => {
    const response = await post({ ...capital, model: "gpt-5" })
    expect(response.status).toBe(404)
    expect((await response.json()).error.code).toBe("model_not_found")
  })

  describe("over the network", () => {
    let url = ""
    let server: ReturnType<typeof serve>
    beforeAll(async () => {
      server = serve({ hostname: "127.0.0.1", port: 0, fetch: app.fetch })
      await until("the server listens", () => server.address() !== null)
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`
    })
    afterAll(() => void server.close())

    it.each([true, false])("stops writing when the client hangs up (streamed: %s)", async (stream) => {
      const client = new AbortController()
      const endless = { ...question("Count to one thousand."), temperature: 1, stream }
      const asked = fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(endless),
        signal: client.signal,
      })
      asked.catch(() => {})
      await until("it is being answered", () => model.asked === 1)
      client.abort()
      await until("nobody is answered", () => model.asked === 0)
    })
  })

  it("says so when its process ends in the middle, and starts another", async () => {
    const before = model.pid ?? 0
    const asked = post({ ...question("Count to one thousand."), stream: true })
    const response = await asked
    process.kill(before, "SIGKILL")
    const text = await response.text()
    expect(text).toContain("The process of the model ended.")
    expect(text).not.toContain("[DONE]")
    expect((await answer({ ...capital, max_tokens: 1 })).usage.completion_tokens).toBe(1)
    expect(model.pid).not.toBe(before)
  })

  it("leaves no process behind", async () => {
    const pid = model.pid ?? 0
    expect(isAlive(pid)).toBe(true)
    await model.stop()
    expect(isAlive(pid)).toBe(false)
    expect(model.pid).toBeUndefined()
  })
})

describe("before the model is here", () => {
  const app = createLocalApp(new LocalModel("/nowhere/local-model", config, createLog("test", "silent")))

  it("says that it is being fetched instead of listing it, and answers nobody", async () => {
    const list = await app.request("/v1/models")
    expect(list.status).toBe(503)
    expect((await list.json()).error.message).toMatch(/is being fetched/)
    const asked = await app.request("/v1/chat/completions", { method: "POST", body: JSON.stringify(capital) })
    expect(asked.status).toBe(503)
  })

  it("says why it will not be, which is no reason to wait", async () => {
    const folder = mkdtempSync(join(tmpdir(), "he-local-"))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(join(folder, "local-model.problem"), "The disk is full.")
    const list = await createLocalApp(new LocalModel(join(folder, "local-model"), config, createLog("test", "silent"))).request(
      "/v1/models",
    )
    expect([list.status, (await list.json()).error.message]).toEqual([500, "The disk is full."])
  })
})
