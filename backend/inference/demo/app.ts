import { type Context, Hono } from "hono"
import { streamSSE } from "hono/streaming"
import { firstTokens } from "../count-tokens.ts"
import { type Latency, planLatency, wait } from "./latency.ts"
import { isModelId, modelIds, models } from "./models.ts"
import { createOccurrenceCounter } from "./occurrence.ts"
import { type Reply, requestKey, writeReply } from "./reply.ts"
import { ChatBody, readRequest } from "./request.ts"
import { hash, seededRandom } from "./seeded-random.ts"
import { countPrompt, countReply, promptTexts, type ReplyTokens } from "./tokens.ts"

export type DemoOptions = {
  /** Factor on every waiting time; 0 answers at once. */
  latencyScale: number
  now?: () => number
}

type ErrorBody = { message: string; param?: string; code?: string }

function fail(c: Context, status: 400 | 404, { message, param, code }: ErrorBody) {
  return c.json({ error: { message, type: "invalid_request_error", param: param ?? null, code: code ?? null } }, status)
}

function usageOf(promptTokens: number, reply: ReplyTokens) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: reply.total,
    total_tokens: promptTokens + reply.total,
    prompt_tokens_details: { cached_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reply.reasoning },
  }
}

/** Cuts a reply after `limit` tokens the way a language model would be cut: reasoning first, then text, then tool calls. */
async function cutReply(reply: Reply, limit: number): Promise<Reply> {
  const reasoning = await firstTokens(reply.reasoning, limit)
  const left = limit - (await countReply({ reasoning, content: "", toolCalls: [] })).total
  return { reasoning, content: await firstTokens(reply.content, left), toolCalls: [] }
}

function messageOf({ content, reasoning, toolCalls }: Reply) {
  return {
    role: "assistant",
    content: content || null,
    ...(reasoning && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && {
      tool_calls: toolCalls.map(({ id, ...call }) => ({ id, type: "function", function: call })),
    }),
  }
}

const pieces = (text: string) => text.match(/\S+\s*|\s+/g) ?? []

/** The deltas of a streamed reply, in order. */
function deltasOf({ content, reasoning, toolCalls }: Reply) {
  return [
    ...pieces(reasoning).map((piece) => ({ reasoning_content: piece })),
    ...pieces(content).map((piece) => ({ content: piece })),
    ...toolCalls.flatMap((call, index) => [
      { tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }] },
      ...pieces(call.arguments).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ]
}

type Completion = {
  head: { id: string; created: number; model: string }
  reply: Reply
  finishReason: string
  usage: ReturnType<typeof usageOf>
  latency: Latency
}

function streamCompletion(c: Context, { head, reply, finishReason, usage, latency }: Completion, includeUsage: boolean) {
  return streamSSE(c, async (stream) => {
    const send = (delta: object, reason: string | null = null) =>
      stream.writeSSE({
        data: JSON.stringify({
          ...head,
          object: "chat.completion.chunk",
          choices: [{ index: 0, delta, finish_reason: reason }],
          ...(includeUsage && { usage: null }),
        }),
      })
    await wait(latency.firstTokenMs)
    await send({ role: "assistant", content: "" })
    const deltas = deltasOf(reply)
    for (const delta of deltas) {
      if (stream.aborted) return
      await wait(latency.restMs / deltas.length)
      await send(delta)
    }
    await send({}, finishReason)
    if (includeUsage) await stream.writeSSE({ data: JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [], usage }) })
    await stream.writeSSE({ data: "[DONE]" })
  })
}

/** An OpenAI-compatible server whose models are scripted programs for the sample environments, not language models. */
export function createDemoApp({ latencyScale, now = Date.now }: DemoOptions): Hono {
  const app = new Hono()
  const countOccurrence = createOccurrenceCounter(now)

  app.get("/v1/models", (c) =>
    c.json({
      object: "list",
      data: modelIds.map((id) => ({
        id,
        object: "model",
        created: 1_767_225_600,
        owned_by: "demo",
        description: models[id].description,
        context_length: models[id].contextLength,
        pricing: models[id].pricing,
        scripted: true,
      })),
    }),
  )

  app.post("/v1/chat/completions", async (c) => {
    const parsed = ChatBody.safeParse(await c.req.json().catch(() => null))
    if (!parsed.success) {
      const { path = [], message = "" } = parsed.error.issues[0] ?? {}
      return fail(c, 400, {
        message: path.length ? `${path.join(".")}: ${message}` : "The body must be a JSON object.",
        param: path.join("."),
      })
    }
    const body = parsed.data
    if (!isModelId(body.model)) {
      return fail(c, 404, { message: `The model \`${body.model}\` does not exist.`, param: "model", code: "model_not_found" })
    }
    const model = models[body.model]
    const request = readRequest(body)
    // No token is longer than a few letters on average, so a text this long cannot fit; it is not worth tokenizing.
    const isHopeless = promptTexts(request).join("").length > 8 * model.contextLength
    const promptTokens = isHopeless ? Number.POSITIVE_INFINITY : await countPrompt(request)
    if (promptTokens > model.contextLength) {
      const message = `This model's maximum context length is ${model.contextLength} tokens. Please shorten the messages.`
      return fail(c, 400, { message, param: "messages", code: "context_length_exceeded" })
    }

    const identity = requestKey(request, body.model, body.seed ?? 0)
    const occurrence = countOccurrence(`${hash(c.req.header("authorization") ?? "")}/${identity}`)
    const key = `${identity}/${body.temperature === 0 ? 0 : occurrence}`
    const whole = writeReply(request, body.model, key)
    const wholeTokens = await countReply(whole)
    const limit = body.max_completion_tokens ?? body.max_tokens ?? wholeTokens.total
    const isCut = wholeTokens.total > limit
    const reply = isCut ? await cutReply(whole, limit) : whole
    const tokens = isCut ? await countReply(reply) : wholeTokens
    const completion: Completion = {
      head: { id: `chatcmpl-${hash(key).slice(0, 24)}`, created: Math.floor(now() / 1000), model: body.model },
      reply,
      finishReason: isCut ? "length" : reply.toolCalls.length > 0 ? "tool_calls" : "stop",
      usage: usageOf(promptTokens, tokens),
      latency: planLatency(model.latency, tokens.total, seededRandom(`${key}/latency`), latencyScale),
    }
    if (body.stream) return streamCompletion(c, completion, body.stream_options?.include_usage ?? false)

    await wait(completion.latency.firstTokenMs + completion.latency.restMs)
    const { head, finishReason, usage } = completion
    return c.json({
      ...head,
      object: "chat.completion",
      choices: [{ index: 0, message: messageOf(reply), logprobs: null, finish_reason: finishReason }],
      usage,
    })
  })

  return app
}
