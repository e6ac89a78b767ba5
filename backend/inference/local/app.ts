import { randomBytes } from "node:crypto"
import { Hono } from "hono"
import { toError } from "../../base/errors.ts"
import { answerStreamed, answerWhole, fail, failParse, noSuchModel, usageOf } from "../openai/answers.ts"
import { type Answered, ContextExceeded, type LocalModel } from "./local-model.ts"
import { contextTokens } from "./process/limits.mjs"
import { LocalBody, readRequest } from "./request.ts"

export const localModelId = "SmolLM2-135M-Instruct"

/** More than wait for one small model on one processor would wait for hours. */
const askedMost = 256

const entry = {
  id: localModelId,
  object: "model",
  created: 1_730_332_800,
  owned_by: "HuggingFaceTB",
  description:
    "SmolLM2 135M Instruct: a small model that runs on this machine. It is a real language model, free to ask, slow, and often wrong.",
  context_length: contextTokens,
  pricing: { input_usd_per_mtok: 0, output_usd_per_mtok: 0 },
}

/** An OpenAI-compatible server for the language model that runs on this machine. */
export function createLocalApp(model: LocalModel): Hono {
  const app = new Hono()

  app.get("/v1/models", (c) => {
    const missing = model.missing()
    if (!missing) return c.json({ object: "list", data: [entry] })
    return fail(c, missing.isComing ? 503 : 500, { message: missing.reason })
  })

  app.post("/v1/chat/completions", async (c) => {
    const parsed = LocalBody.safeParse(await c.req.json().catch(() => null))
    if (!parsed.success) return failParse(c, parsed.error.issues[0])
    const body = parsed.data
    if (body.model !== localModelId) return noSuchModel(c, body.model)
    const missing = model.missing()
    if (missing) return fail(c, 503, { message: missing.reason, code: "model_not_ready" })
    if (model.asked >= askedMost) {
      c.header("retry-after", "10")
      return fail(c, 429, { message: `${askedMost} requests wait for this model already.`, code: "rate_limit_exceeded" })
    }
    const client = new AbortController()
    c.req.raw.signal.addEventListener("abort", () => client.abort())
    const answers = model.answer(readRequest(body), client.signal)
    let promptTokens = 0
    try {
      const first = await answers.next()
      if (first.value?.type === "begin") promptTokens = first.value.promptTokens
    } catch (error) {
      if (error instanceof ContextExceeded)
        return fail(c, 400, { message: error.message, param: "messages", code: "context_length_exceeded" })
      return fail(c, 500, { message: toError(error).message })
    }
    const head = { id: `chatcmpl-${randomBytes(12).toString("hex")}`, created: Math.floor(Date.now() / 1000), model: localModelId }
    if (body.stream)
      return answerStreamed(c, head, body.stream_options?.include_usage ?? false, async ({ send, isAborted }) => {
        await send({ role: "assistant", content: "" })
        for await (const part of answers) {
          if (isAborted()) return null
          if (part.type === "text") await send({ content: part.text })
          if (part.type === "end") return endOf(part, promptTokens)
        }
        return null
      })
    try {
      let content = ""
      for await (const part of answers) {
        if (part.type === "text") content += part.text
        if (part.type === "end") return answerWhole(c, head, { message: { role: "assistant", content }, ...endOf(part, promptTokens) })
      }
      return fail(c, 500, { message: "The answer has no end." })
    } catch (error) {
      return fail(c, 500, { message: toError(error).message })
    }
  })

  return app
}

const endOf = ({ finishReason, completionTokens, cachedTokens }: Extract<Answered, { type: "end" }>, promptTokens: number) => ({
  finishReason,
  usage: usageOf({ prompt: promptTokens, completion: completionTokens, cached: cachedTokens, reasoning: 0 }),
})
