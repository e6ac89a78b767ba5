import type { Context } from "hono"
import { streamSSE } from "hono/streaming"

/** What every answer and every part of a streamed one begins with. */
export interface Head {
  id: string
  /** In seconds since 1970. */
  created: number
  model: string
}

interface ErrorBody {
  message: string
  param?: string | undefined
  code?: string | undefined
}

const errorBody = (status: number, { message, param, code }: ErrorBody) => ({
  error: { message, type: status >= 500 ? "server_error" : "invalid_request_error", param: param ?? null, code: code ?? null },
})

/** An error in OpenAI's shape. */
export const fail = (c: Context, status: 400 | 404 | 429 | 500 | 503, error: ErrorBody): Response =>
  c.json(errorBody(status, error), status)

/** Says which field of a body is wrong and how. */
export function failParse(c: Context, issue: { path: PropertyKey[]; message: string } | undefined): Response {
  const param = issue?.path.join(".")
  return fail(c, 400, { message: param ? `${param}: ${issue?.message}` : "The body must be a JSON object.", param })
}

export const noSuchModel = (c: Context, model: string): Response =>
  fail(c, 404, { message: `The model \`${model}\` does not exist.`, param: "model", code: "model_not_found" })

export type Usage = ReturnType<typeof usageOf>

/** @param tokens cached: of the prompt, and reasoning: of the completion */
export function usageOf(tokens: { prompt: number; completion: number; cached: number; reasoning: number }) {
  return {
    prompt_tokens: tokens.prompt,
    completion_tokens: tokens.completion,
    total_tokens: tokens.prompt + tokens.completion,
    prompt_tokens_details: { cached_tokens: tokens.cached },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning },
  }
}

/** A whole answer. */
export const answerWhole = (
  c: Context,
  head: Head,
  { message, finishReason, usage }: { message: object; finishReason: string; usage: Usage },
) =>
  c.json({
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason }],
    usage,
  })

export interface Stream {
  /** Sends a part of the message. */
  send: (delta: object) => Promise<void>
  /** True when the client has gone. */
  isAborted: () => boolean
}

/**
 * A streamed answer.
 * @param write sends the parts and returns how the answer ended; null when the client has gone. What it throws ends the stream as an error.
 */
export function answerStreamed(
  c: Context,
  head: Head,
  includeUsage: boolean,
  write: (stream: Stream) => Promise<{ finishReason: string; usage: Usage } | null>,
) {
  return streamSSE(c, async (stream) => {
    const chunk = (choices: object[], usage: Usage | null) =>
      stream.writeSSE({
        data: JSON.stringify({ ...head, object: "chat.completion.chunk", choices, ...(includeUsage && { usage }) }),
      })
    const part = (delta: object, reason: string | null = null) => chunk([{ index: 0, delta, finish_reason: reason }], null)
    try {
      const end = await write({ send: part, isAborted: () => stream.aborted })
      if (!end) return
      await part({}, end.finishReason)
      if (includeUsage) await chunk([], end.usage)
      await stream.writeSSE({ data: "[DONE]" })
    } catch (error) {
      // The status has been sent already: what remains is to say it in the stream, without the line that ends a whole one.
      await stream.writeSSE({ data: JSON.stringify(errorBody(500, { message: error instanceof Error ? error.message : String(error) })) })
    }
  })
}
