import { Hono } from "hono"
import { firstTokens } from "../count-tokens.ts"
import { answerStreamed, answerWhole, fail, failParse, noSuchModel, usageOf } from "../openai/answers.ts"
import { ChatBody } from "../openai/chat-body.ts"
import { planLatency, wait } from "./latency.ts"
import { isModelId, modelIds, models } from "./models.ts"
import { createOccurrenceCounter } from "./occurrence.ts"
import { type Reply, requestKey, writeReply } from "./reply.ts"
import { readRequest } from "./request.ts"
import { hash, seededRandom } from "./seeded-random.ts"
import { countPrompt, countReply, promptTexts } from "./tokens.ts"

export type DemoOptions = {
  /** Factor on every waiting time; 0 answers at once. */
  latencyScale: number
  now?: () => number
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

/** An OpenAI-compatible server whose models are scripted programs for three of the sample environments, not language models. */
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
    if (!parsed.success) return failParse(c, parsed.error.issues[0])
    const body = parsed.data
    if (!isModelId(body.model)) return noSuchModel(c, body.model)
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
    const head = { id: `chatcmpl-${hash(key).slice(0, 24)}`, created: Math.floor(now() / 1000), model: body.model }
    const end = {
      finishReason: isCut ? "length" : reply.toolCalls.length > 0 ? "tool_calls" : "stop",
      usage: usageOf({ prompt: promptTokens, completion: tokens.total, cached: 0, reasoning: tokens.reasoning }),
    }
    const latency = planLatency(model.latency, tokens.total, seededRandom(`${key}/latency`), latencyScale)
    if (body.stream)
      return answerStreamed(c, head, body.stream_options?.include_usage ?? false, async ({ send, isAborted }) => {
        await wait(latency.firstTokenMs)
        await send({ role: "assistant", content: "" })
        const deltas = deltasOf(reply)
        for (const delta of deltas) {
          if (isAborted()) return null
          await wait(latency.restMs / deltas.length)
          await send(delta)
        }
        return end
      })

    await wait(latency.firstTokenMs + latency.restMs)
    return answerWhole(c, head, { message: messageOf(reply), ...end })
  })

  return app
}
