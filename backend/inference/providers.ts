import { request } from "undici"
import { z } from "zod"
import type { Model, ProviderState } from "../../contract/index.ts"
import type { Config, ProviderConfig } from "../base/config.ts"
import { toError } from "../base/errors.ts"

/** An OpenAI-compatible server and how its models are named here. */
export interface Provider extends ProviderConfig {
  /** Put before the provider's own model ids, so that two providers may serve a model of one name. */
  prefix: string
  key: string | null
  /** A server on this machine that may not be running: left out quietly when it does not answer. */
  local: boolean
}

/** A model, whom to ask for it, and under which name. */
export interface ServedModel {
  model: Model
  provider: Provider
  upstreamId: string
}

const readyMade: (Omit<ProviderConfig, "prices"> & { prefix: string; local?: boolean })[] = [
  { id: "openai", name: "OpenAI", base_url: "https://api.openai.com/v1", key_var: "OPENAI_API_KEY", prefix: "openai/" },
  { id: "anthropic", name: "Anthropic", base_url: "https://api.anthropic.com/v1", key_var: "ANTHROPIC_API_KEY", prefix: "anthropic/" },
  { id: "openrouter", name: "OpenRouter", base_url: "https://openrouter.ai/api/v1", key_var: "OPENROUTER_API_KEY", prefix: "openrouter/" },
  { id: "together", name: "Together AI", base_url: "https://api.together.xyz/v1", key_var: "TOGETHER_API_KEY", prefix: "together/" },
  { id: "groq", name: "Groq", base_url: "https://api.groq.com/openai/v1", key_var: "GROQ_API_KEY", prefix: "groq/" },
  { id: "deepseek", name: "DeepSeek", base_url: "https://api.deepseek.com/v1", key_var: "DEEPSEEK_API_KEY", prefix: "deepseek/" },
  { id: "mistral", name: "Mistral AI", base_url: "https://api.mistral.ai/v1", key_var: "MISTRAL_API_KEY", prefix: "mistral/" },
  { id: "ollama", name: "Ollama on this machine", base_url: "http://127.0.0.1:11434/v1", prefix: "ollama/", local: true },
  { id: "vllm", name: "vLLM on this machine", base_url: "http://127.0.0.1:8000/v1", prefix: "vllm/", local: true },
  // Last, because its ids have no prefix of their own: openai/gpt-4.1-mini is OpenAI's when OpenAI's key is here.
  { id: "prime", name: "Prime Inference", base_url: "https://api.pinference.ai/api/v1", key_var: "PRIME_INFERENCE_API_KEY", prefix: "" },
]

/**
 * Providers that are switched on: the demo models, those of the configuration file, ready-made ones whose key variable is set,
 * and local servers. A configured provider replaces a ready-made one of the same id.
 */
export function activeProviders(config: Config, env: NodeJS.ProcessEnv = process.env): Provider[] {
  const configured = config.providers.map((provider) => ({ ...provider, prefix: `${provider.id}/`, local: false }))
  const known = new Set(configured.map((provider) => provider.id))
  const all = [
    {
      id: "demo",
      name: "Demo (scripted)",
      base_url: `http://127.0.0.1:${config.workerPort}/demo/v1`,
      prefix: "",
      prices: {},
      local: false,
    },
    ...configured,
    ...readyMade
      .filter((provider) => !known.has(provider.id))
      .map((provider) => ({ ...provider, prices: {}, local: provider.local ?? false })),
  ]
  return all
    .map((provider) => ({ ...provider, key: ("key_var" in provider && provider.key_var && env[provider.key_var]) || null }))
    .filter((provider) => provider.key !== null || !("key_var" in provider) || provider.key_var === undefined)
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

const dollars = (value: unknown): number | null => {
  const number = typeof value === "string" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null
}

/** Prices per million tokens, from Prime's spelling, from OpenRouter's (dollars per token), or from the provider's own table. */
function pricesOf(upstream: z.infer<typeof UpstreamModel>, provider: Provider): Model["pricing"] {
  const table = provider.prices[upstream.id]
  if (table)
    return {
      input_usd_per_mtok: table.input,
      output_usd_per_mtok: table.output,
      ...(table.cached_input === undefined ? {} : { cached_input_usd_per_mtok: table.cached_input }),
    }
  const given = upstream.pricing as Record<string, unknown> | null | undefined
  if (!given) return null
  const perToken = (value: unknown) => {
    const one = dollars(value)
    return one === null ? null : one * 1_000_000
  }
  const input = dollars(given.input_usd_per_mtok) ?? perToken(given.prompt)
  const output = dollars(given.output_usd_per_mtok) ?? perToken(given.completion)
  const cached = dollars(given.cached_input_usd_per_mtok) ?? perToken(given.input_cache_read)
  if (input === null && output === null) return null
  return { input_usd_per_mtok: input, output_usd_per_mtok: output, ...(cached === null ? {} : { cached_input_usd_per_mtok: cached }) }
}

/** Asks a provider for its models. Ends after 5 s (1.5 s for local servers), at most 4 MB. */
async function fetchModels(provider: Provider): Promise<ServedModel[]> {
  const timeout = provider.local ? 1500 : 5000
  const answer = await request(`${provider.base_url.replace(/\/+$/, "")}/models`, {
    headers: { accept: "application/json", ...(provider.key ? { authorization: `Bearer ${provider.key}` } : {}) },
    headersTimeout: timeout,
    bodyTimeout: timeout,
    signal: AbortSignal.timeout(timeout),
  })
  if (answer.statusCode !== 200) {
    await answer.body.dump()
    throw new Error(`GET /models answered ${answer.statusCode}`)
  }
  const body = z.object({ data: z.array(UpstreamModel).max(10_000) }).parse(await answer.body.json())
  return body.data.map((upstream) => ({
    provider,
    upstreamId: upstream.id,
    model: {
      id: `${provider.prefix}${upstream.id}`,
      object: "model",
      created: Math.trunc(upstream.created ?? 0),
      owned_by: upstream.owned_by ?? provider.id,
      pricing: pricesOf(upstream, provider),
      provider: { id: provider.id, name: provider.name },
      description: upstream.description?.slice(0, 500) ?? null,
      context_length: upstream.context_length ?? upstream.max_model_len ?? null,
      scripted: upstream.scripted ?? false,
    },
  }))
}

const freshForMs = 60_000

/** Knows which models there are and whom to ask for them. Lists are asked for when needed and kept for a minute. */
export class ModelRegistry {
  #lists = new Map<string, { at: number; models: ServedModel[]; error: string | null }>()
  #asking = new Map<string, Promise<void>>()

  constructor(
    readonly providers: Provider[],
    private readonly now: () => number = Date.now,
  ) {}

  async #refresh(provider: Provider): Promise<void> {
    const kept = this.#lists.get(provider.id)
    // A failed look is repeated soon: the server may just be starting.
    if (kept && this.now() - kept.at < (kept.error ? 3000 : freshForMs)) return
    let asking = this.#asking.get(provider.id)
    if (!asking) {
      asking = fetchModels(provider)
        .then((models) => void this.#lists.set(provider.id, { at: this.now(), models, error: null }))
        // What was known stays known when a provider does not answer for a while.
        .catch(
          (error: unknown) =>
            void this.#lists.set(provider.id, { at: this.now(), models: kept?.models ?? [], error: toError(error).message }),
        )
        .finally(() => this.#asking.delete(provider.id))
      this.#asking.set(provider.id, asking)
    }
    await asking
  }

  /** All models, and what is wrong with providers that could not be asked. */
  async list(): Promise<{ models: ServedModel[]; providers: ProviderState[] }> {
    await Promise.all(this.providers.map((provider) => this.#refresh(provider)))
    const seen = new Set<string>()
    const models: ServedModel[] = []
    const states: ProviderState[] = []
    for (const provider of this.providers) {
      const list = this.#lists.get(provider.id)
      if (provider.local && list?.error) continue
      states.push({ id: provider.id, name: provider.name, error: list?.error ?? null, models: list?.models.length ?? 0 })
      for (const served of list?.models ?? []) {
        if (seen.has(served.model.id)) continue
        seen.add(served.model.id)
        models.push(served)
      }
    }
    return { models, providers: states }
  }

  /**
   * Finds a model by the id it has here. A model that no list holds is still served when its id begins with a provider's
   * prefix, since not every provider lists all it has.
   */
  async find(id: string): Promise<ServedModel | undefined> {
    const { models } = await this.list()
    const listed = models.find((served) => served.model.id === id)
    if (listed) return listed
    const provider = this.providers.find((one) => one.prefix !== "" && id.startsWith(one.prefix) && this.#lists.get(one.id)?.error)
    if (!provider) return undefined
    const model: Model = {
      id,
      object: "model",
      created: 0,
      owned_by: provider.id,
      pricing: null,
      provider: { id: provider.id, name: provider.name },
    }
    return { model, provider, upstreamId: id.slice(provider.prefix.length) }
  }

  /** The ready-made provider of a model, by the beginning of its id, when it is switched off because its key is not set. */
  keylessProvider(id: string): { name: string; keyVariable: string } | null {
    const active = new Set(this.providers.map((provider) => provider.id))
    const found = readyMade.find((one) => one.key_var && one.prefix && id.startsWith(one.prefix) && !active.has(one.id))
    return found?.key_var ? { name: found.name, keyVariable: found.key_var } : null
  }
}
