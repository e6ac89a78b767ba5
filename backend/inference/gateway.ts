import { Agent, request } from "undici"
import type { ChatCompletionRequest, ErrorBody } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import type { Budgets } from "./budgets.ts"
import { costOf, type Meter, readUsage } from "./meter.ts"
import type { ModelRegistry, ServedModel } from "./providers.ts"

/** Who asks: a person, or a run in its sandbox. */
export interface Asker {
  userId: string
  /** On whose account, when it is not the person's own. */
  teamId: string | null
  evaluationId: string | null
  /** The rollout, where the client tells it (X-Session-ID). */
  sessionId: string | null
}

// Slow models think for many minutes before the first byte; the run's own timeout ends what hangs.
const agent = new Agent({
  headersTimeout: 3_600_000,
  bodyTimeout: 3_600_000,
  connect: { timeout: 10_000 },
  connections: null,
  keepAliveTimeout: 30_000,
})

/** An error in OpenAI's shape, with `detail` beside it for the prime CLI. */
export function openAiError(status: number, message: string, code: string): Response {
  const body: ErrorBody & { error: object } = {
    error: { message, type: status >= 500 ? "server_error" : "invalid_request_error", code, param: null },
    detail: message,
    errors: [{ param: "", details: message }],
    code,
  }
  return Response.json(body, { status })
}

/**
 * Forwards a chat completion to the provider that serves the model, with the provider's own key, and meters it; unless a budget is
 * used up.
 * The answer goes back as it comes, streamed or whole, errors included, so that client retries work as against the provider.
 */
export async function chatCompletion(
  registry: ModelRegistry,
  { meter, budgets }: { meter: Meter; budgets: Budgets },
  asker: Asker,
  body: ChatCompletionRequest,
  signal: AbortSignal,
): Promise<Response> {
  const served = await registry.find(body.model)
  const keyless = served ? null : registry.keylessProvider(body.model)
  if (keyless)
    return openAiError(
      404,
      `${keyless.name} has no key on this platform: its operator must set ${keyless.keyVariable}.`,
      "provider_without_key",
    )
  if (!served)
    return openAiError(404, `There is no model ${JSON.stringify(body.model)}. GET /api/v1/models lists what there is.`, "model_not_found")
  const excess = await budgets.refusal(asker, served.model.pricing, signal)
  // No 401 or 403, which would end a run, and no 429 or 5xx, which clients try again.
  if (excess !== null) return openAiError(402, excess, "budget_exceeded")
  const { provider } = served
  const started = performance.now()
  const record = (status: number, usage: unknown) => {
    const tokens = readUsage(usage)
    meter.record({
      userId: asker.userId,
      teamId: asker.teamId,
      evaluationId: asker.evaluationId,
      sessionId: asker.sessionId?.slice(0, 200) ?? null,
      provider: provider.id,
      model: body.model,
      status,
      latencyMs: Math.round(performance.now() - started),
      promptTokens: tokens.prompt,
      cachedTokens: tokens.cached,
      reasoningTokens: tokens.reasoning,
      completionTokens: tokens.completion,
      costUsd: status >= 400 || status === 0 ? null : (tokens.cost ?? costOf(tokens, served.model.pricing)),
    })
  }
  try {
    const answer = await request(`${provider.base_url.replace(/\/+$/, "")}/chat/completions`, {
      method: "POST",
      dispatcher: agent,
      signal,
      headers: {
        "content-type": "application/json",
        accept: body.stream ? "text/event-stream" : "application/json",
        ...(provider.key
          ? { authorization: `Bearer ${provider.key}` }
          : asker.evaluationId
            ? { authorization: `Bearer run-${asker.evaluationId}` }
            : {}),
      },
      body: JSON.stringify(upstreamBody(body, served)),
    })
    const headers = passedOn(answer.headers)
    if (body.stream && answer.statusCode === 200)
      return new Response(
        meteredStream(answer.body, (usage) => record(200, usage)),
        { status: 200, headers },
      )
    const text = await answer.body.text()
    record(answer.statusCode, usageIn(text))
    return new Response(text, { status: answer.statusCode, headers })
  } catch (error) {
    if (signal.aborted) {
      record(499, null)
      return openAiError(499, "The client went away", "client_closed_request")
    }
    record(0, null)
    return openAiError(502, `${provider.name} could not be reached: ${toError(error).message}`, "provider_unreachable")
  }
}

/** The provider's own model id; and usage is asked for in streams, since that is what is metered. */
function upstreamBody(body: ChatCompletionRequest, served: ServedModel): object {
  const forwarded = { ...body, model: served.upstreamId }
  if (!body.stream) return forwarded
  return { ...forwarded, stream_options: { ...(body.stream_options as object | undefined), include_usage: true } }
}

function passedOn(headers: Record<string, string | string[] | undefined>): Headers {
  const kept = new Headers()
  for (const name of ["content-type", "retry-after", "retry-after-ms", "x-should-retry", "x-request-id"]) {
    const value = headers[name]
    if (typeof value === "string") kept.set(name, value)
  }
  kept.set("cache-control", "no-cache, no-transform")
  return kept
}

function usageIn(text: string): unknown {
  try {
    return (JSON.parse(text) as { usage?: unknown }).usage
  } catch {
    return null
  }
}

/** Hands a server-sent stream through unchanged and reads the last `usage` out of it on the way. */
function meteredStream(source: AsyncIterable<Uint8Array>, done: (usage: unknown) => void): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]()
  const decoder = new TextDecoder()
  let rest = ""
  let usage: unknown = null
  const read = (text: string) => {
    rest += text
    const lines = rest.split("\n")
    rest = lines.pop() ?? ""
    for (const line of lines) if (line.startsWith("data:") && line.includes('"usage"')) usage = usageIn(line.slice(5)) ?? usage
  }
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done: ended } = await iterator.next()
      if (ended) {
        read(`${decoder.decode()}\n`)
        done(usage)
        controller.close()
        return
      }
      read(decoder.decode(value, { stream: true }))
      controller.enqueue(value)
    },
    async cancel() {
      done(usage)
      await iterator.return?.()
    },
  })
}
