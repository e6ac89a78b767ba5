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

/** Asks a provider for its models. Ends after 5 s (1.5 s for local servers), at most 4 MB. */
export async function fetchModels(provider: Provider): Promise<ServedModel[]> {
  const timeout = provider.local ? 1500 : 5000
  const answer = await request(`${provider.base_url.replace(/\/+$/, "")}/models`, {
    headers: { accept: "application/json", ...(provider.key ? { authorization: `Bearer ${provider.key}` } : {}) },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    signal: AbortSignal.timeout(timeout),
  })
  // A server that is not ready says why.
  if (answer.statusCode === 503) throw new Error(reasonIn(await textOf(answer.body)) ?? "GET /models answered 503")
  if (answer.statusCode !== 200) {
    await answer.body.dump()
    throw new Error(`GET /models answered ${answer.statusCode}`)
  }
  const body = z.object({ data: z.array(UpstreamModel).max(10_000) }).parse(JSON.parse(await textOf(answer.body)))
  return body.data.map((upstream) => ({
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
  }))
}
