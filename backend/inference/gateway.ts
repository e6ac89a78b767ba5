import type { Readable } from "node:stream"
import { finished } from "node:stream/promises"
import { parse } from "jsonc-parser"
import { Agent, request } from "undici"
import { type ChatCompletionRequest, type ErrorBody, stringifyExact } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import { beginSpan } from "../base/tracing/tracing.ts"
import { AnswerBounds } from "./answer-bound.ts"
import type { Budgets } from "./budgets.ts"
import type { ServedModel } from "./fetch-models.ts"
import type { Meter } from "./meter.ts"
import { meteredStream } from "./metered-stream.ts"
import type { ModelRegistry } from "./model-registry.ts"
import { type Pace, ProviderGone } from "./pace.ts"
import { costOfRequest, readUsage, type Usage } from "./pricing.ts"
import type { Reservation } from "./reservations.ts"
import { answerText, usageOf } from "./used-text.ts"

/** Who sends a request: a person, or a run from its sandbox. */
export interface Requester {
  userId: string
  /** The team that pays, when it is not the person. */
  teamId: string | null
  evaluationId: string | null
  /** The rollout, when the client names it (X-Session-ID). */
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

const answerBounds = new AnswerBounds()

/** An error in OpenAI's shape, with `detail` beside it for the prime CLI. */
export function openAiError(status: number, message: string, code: string): Response {
  const body: Omit<ErrorBody, "error"> & { error: object } = {
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
  { meter, budgets, pace }: { meter: Meter; budgets: Budgets; pace: Pace },
  requester: Requester,
  body: ChatCompletionRequest,
  signal: AbortSignal,
): Promise<Response> {
  const served = await registry.find(body.model, requester)
  const keyless = served ? null : registry.keylessProvider(body.model)
  if (keyless)
    return openAiError(
      404,
      `${keyless.name} has no key on this platform: its operator must set ${keyless.keyVariable}.`,
      "provider_without_key",
    )
  if (!served)
    return openAiError(404, `There is no model ${JSON.stringify(body.model)}. GET /api/v1/models lists what there is.`, "model_not_found")
  // What its part of a budget cut short is sent again with a larger one, until the budget is used up.
  let cut: Cut | null = null
  for (let tokens = tokensAsked(body); ; ) {
    const admission = await budgets.admit(requester, { model: body.model, pricing: served.model.pricing, tokens }, signal)
    // For a run a cut answer is no result of a rollout: it waits for the run's end.
    // No 401 or 403, which would end a run, and no 429 or 5xx, which clients try again.
    if ("excess" in admission)
      return cut && requester.evaluationId === null ? cut.answer : openAiError(402, admission.excess, "budget_exceeded")
    if ("unknown" in admission) return openAiError(503, "The budget cannot be looked up at the moment: try again", "budget_unknown")
    const answer = await sendOnce(served, { meter, pace }, requester, body, admission.reserved, signal)
    if (answer instanceof Response) return answer
    cut = answer
    tokens = cut.tokens * moreAfterCut
  }
}

/** An answer that ended where its part of the budget did. */
interface Cut {
  answer: Response
  tokens: number
}

const moreAfterCut = 4

/** The most completion tokens that a request asks for itself; null where it does not say. */
function tokensAsked({ max_completion_tokens: most, max_tokens: older, n }: ChatCompletionRequest): number | null {
  const given = Number(most ?? older ?? 0)
  return given > 0 ? given * Math.max(1, Number(n ?? 1)) : null
}

/** Sends a request once, meters it, and gives back what it held of the budget and did not use. */
async function sendOnce(
  served: ServedModel,
  { meter, pace }: { meter: Meter; pace: Pace },
  requester: Requester,
  body: ChatCompletionRequest,
  reserved: Reservation,
  signal: AbortSignal,
): Promise<Response | Cut> {
  const { provider } = served
  let leave = () => {}
  try {
    if (provider.owned?.isLimited) leave = await pace.enter(provider.owned.id, requester.evaluationId, signal)
  } catch (error) {
    reserved.settle({ usd: 0, tokens: 0, completion: 0 })
    if (signal.aborted) return unanswered(provider.name, toError(error), signal)
    if (error instanceof ProviderGone) return openAiError(404, `${provider.name}: ${error.message}`, "model_not_found")
    return openAiError(503, `The limits of ${provider.name} cannot be looked up at the moment: try again`, "limits_unknown")
  }
  const started = performance.now()
  const span = beginSpan(`chat ${body.model}`, {
    kind: "client",
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": provider.id,
      "gen_ai.request.model": body.model,
      "hosted_evals.evaluation_id": requester.evaluationId ?? undefined,
    },
  })
  const record = (status: number, used: Usage) => {
    leave()
    span.set({
      "http.response.status_code": status,
      "gen_ai.usage.input_tokens": used.prompt,
      "gen_ai.usage.output_tokens": used.completion,
      ...(status === 200 ? {} : { "error.type": String(status) }),
    })
    span.end()
    const costUsd = costOfRequest(status, used, served.model.pricing)
    meter.record({
      userId: requester.userId,
      teamId: requester.teamId,
      evaluationId: requester.evaluationId,
      sessionId: requester.sessionId?.slice(0, 200) ?? null,
      provider: provider.id,
      model: body.model,
      status,
      latencyMs: Math.round(performance.now() - started),
      promptTokens: used.prompt,
      cachedTokens: used.cached,
      reasoningTokens: used.reasoning,
      completionTokens: used.completion,
      costUsd,
    })
    reserved.settle({ usd: costUsd ?? 0, tokens: used.prompt + used.completion, completion: used.completion })
  }
  try {
    const { answer, bound } = await sendBounded(served, requester, body, reserved.tokens, signal)
    const headers = passedOn(answer.headers)
    if (body.stream && answer.statusCode === 200)
      return new Response(
        meteredStream(answer.body, ({ usage, text }) => void usageOf(body, usage, text).then((used) => record(200, used))),
        { status: 200, headers },
      )
    const { text, broken } = await readAnswer(answer.body)
    if (broken !== null) {
      // What the provider has begun it is paid for, even though nobody can use it.
      record(answer.statusCode, answer.statusCode === 200 ? await usageOf(body, null, answerText(parse(text)) ?? "") : readUsage(null))
      return unanswered(provider.name, broken, signal)
    }
    const used = await usageIn(body, text)
    record(answer.statusCode, used)
    const whole = new Response(text, { status: answer.statusCode, headers })
    return bound !== null && used.completion >= bound ? { answer: whole, tokens: used.completion } : whole
  } catch (error) {
    record(signal.aborted ? 499 : 0, readUsage(null))
    return unanswered(provider.name, toError(error), signal)
  }
}

const unanswered = (provider: string, { message }: Error, signal: AbortSignal): Response =>
  signal.aborted
    ? openAiError(499, "The client went away", "client_closed_request")
    : openAiError(502, `${provider} could not be reached: ${message}`, "provider_unreachable")

/** Reads a whole answer, or what there is of one that breaks off. */
async function readAnswer(body: Readable): Promise<{ text: string; broken: Error | null }> {
  const parts: Uint8Array[] = []
  body.on("data", (part: Uint8Array) => parts.push(part))
  const broken = await finished(body).then(() => null, toError)
  return { text: Buffer.concat(parts).toString(), broken }
}

/** What a whole answer used. */
function usageIn(request: ChatCompletionRequest, text: string): Promise<Usage> {
  try {
    const body = JSON.parse(text)
    return usageOf(request, body?.usage, answerText(body))
  } catch {
    return usageOf(request, null, null)
  }
}

/** Sends a request with the first bound that the provider takes. @returns its answer, and the bound in tokens */
async function sendBounded(
  { provider, upstreamId, model }: ServedModel,
  requester: Requester,
  body: ChatCompletionRequest,
  affordable: number | null,
  signal: AbortSignal,
) {
  const name = `${provider.id} ${upstreamId}`
  const ways = answerBounds.ways(name, body, affordable, model.context_length ?? null)
  for (const [i, bound] of ways.entries()) {
    const answer = await request(`${provider.base_url.replace(/\/+$/, "")}/chat/completions`, {
      method: "POST",
      dispatcher: provider.owned?.dispatcher ?? agent,
      signal,
      headers: {
        "content-type": "application/json",
        accept: body.stream ? "text/event-stream" : "application/json",
        ...(provider.key
          ? { authorization: `Bearer ${provider.key}` }
          : requester.evaluationId
            ? { authorization: `Bearer run-${requester.evaluationId}` }
            : {}),
      },
      body: stringifyExact(upstreamBody({ ...body, ...bound }, upstreamId)),
    })
    const isTaken = answer.statusCode !== 400
    if (isTaken) answerBounds.learn(name, ways, bound)
    if (isTaken || i === ways.length - 1) return { answer, bound: Object.values(bound)[0] ?? null }
    await answer.body.dump()
  }
  throw new Error("There is at least one way to send a request")
}

/** The request under the provider's own model id. Streams are asked for their usage, which is what is metered. */
function upstreamBody(body: ChatCompletionRequest, upstreamId: string): object {
  const forwarded = { ...body, model: upstreamId }
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
