import { request } from "undici"
import * as z from "zod"
import type { Model } from "../../contract/index.ts"
import { cutText } from "../../contract/text/cut-text.ts"
import { readPricing } from "./pricing.ts"
import type { Provider } from "./providers.ts"

/** A model, the provider that serves it, and its name there. */
export interface ServedModel {
  model: Model
  provider: Provider
  upstreamId: string
}

const UpstreamModel = z.looseObject({
  id: z.string(),
  created: z.number().optional(),
  owned_by: z.string().optional(),
  description: z.string().optional(),
  context_length: z.number().nullish(),
  max_model_len: z.number().nullish(),
  scripted: z.boolean().optional(),
  pricing: z.looseObject({}).nullish(),
})

const bytesMax = 4 * 1024 ** 2

async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > bytesMax) throw new Error("GET /models answered with more than 4 MB")
  }
  return Buffer.concat(chunks).toString()
}

function reasonIn(text: string): string | null {
  try {
    return cutText(z.object({ error: z.object({ message: z.string().min(1) }) }).parse(JSON.parse(text)).error.message, 500)
  } catch {
    return null
  }
}

/** The status with which a provider answered the question for its models, where that was not 200. */
export class ListRefused extends Error {
  /** It is not ready yet, and the message is what it says about that. */
  readonly isStarting: boolean

  constructor(
    readonly status: number,
    readonly body: string,
    reason: string | null = null,
  ) {
    super(reason ?? `GET /models answered ${status}`)
    this.isStarting = status === 503 && reason !== null
  }
}

/**
 * Asks a provider for its models. Ends after 5 s (1.5 s for servers that are only looked for), at most 4 MB.
 * @returns the models that it lists, then those that its owner typed
 * @throws ListRefused, ZodError or SyntaxError for an answer of another shape, and what the connection says
 */
export async function fetchModels(provider: Provider): Promise<ServedModel[]> {
  const listed = await listModels(provider).catch((error: unknown) => {
    // Not every server has a list; what is typed is enough then.
    if (error instanceof ListRefused && [404, 405].includes(error.status) && provider.owned?.typed.length) return []
    throw error
  })
  return [...listed, ...typedModels(provider, new Set(listed.map(({ upstreamId }) => upstreamId)))]
}

/** The models that a provider's owner typed and that it does not list. */
export const typedModels = (provider: Provider, listed: ReadonlySet<string> = new Set()): ServedModel[] =>
  (provider.owned?.typed ?? []).filter((id) => !listed.has(id)).map((id) => toServed(provider, { id }))

async function listModels(provider: Provider): Promise<ServedModel[]> {
  const timeout = provider.source === "found" ? 1500 : 5000
  const answer = await request(`${provider.base_url.replace(/\/+$/, "")}/models`, {
    headers: { accept: "application/json", ...(provider.key ? { authorization: `Bearer ${provider.key}` } : {}) },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    signal: AbortSignal.timeout(timeout),
    ...(provider.owned ? { dispatcher: provider.owned.dispatcher } : {}),
  })
  if (answer.statusCode !== 200) {
    const body = await textOf(answer.body)
    // A server that loads a model says so with 503. What is wrong with a key may hold a part of it, and is not repeated.
    throw new ListRefused(answer.statusCode, body, answer.statusCode >= 500 ? reasonIn(body) : null)
  }
  const body = z.object({ data: z.array(UpstreamModel).max(10_000) }).parse(JSON.parse(await textOf(answer.body)))
  return body.data.map((upstream) => toServed(provider, upstream))
}

const toServed = (provider: Provider, upstream: z.infer<typeof UpstreamModel>): ServedModel => ({
  provider,
  upstreamId: upstream.id,
  model: {
    id: `${provider.prefix}${upstream.id}`,
    object: "model",
    created: Math.trunc(upstream.created ?? 0),
    owned_by: upstream.owned_by ?? provider.id,
    pricing: readPricing(provider.prices[upstream.id], upstream.pricing),
    provider: { id: provider.id, name: provider.name },
    description: upstream.description ? cutText(upstream.description, 500) : null,
    context_length: upstream.context_length ?? upstream.max_model_len ?? null,
    scripted: upstream.scripted ?? false,
  },
})
