import type { Model } from "../../contract/index.ts"
import type { Price } from "../base/settings.ts"

/*
 * Everything that turns tokens into money: the prices of a model, as providers and the operator state them, and what a request costs.
 */

export type Pricing = Model["pricing"]

export interface TokenCounts {
  prompt: number
  cached: number
  reasoning: number
  completion: number
}

/** What a provider says a request used. */
export interface Usage extends TokenCounts {
  /** US dollars, where the provider reports them. */
  cost: number | null
}

/** No request has more tokens, or costs more dollars: numbers beyond are a provider's mistake, and one of them would use up every budget. */
const tokensMax = 1e12
const usdMax = 1e6

/** What is no number of tokens counts as not said. */
const whole = (value: unknown): number => (typeof value === "number" && value > 0 && value <= tokensMax ? Math.trunc(value) : 0)

/** Reads OpenAI's `usage` object, and the cost that some providers add. */
export function readUsage(usage: unknown): Usage {
  const given = (usage ?? {}) as {
    prompt_tokens?: unknown
    completion_tokens?: unknown
    cost?: unknown
    prompt_tokens_details?: { cached_tokens?: unknown } | null
    completion_tokens_details?: { reasoning_tokens?: unknown } | null
  }
  return {
    prompt: whole(given.prompt_tokens),
    completion: whole(given.completion_tokens),
    cached: whole(given.prompt_tokens_details?.cached_tokens),
    reasoning: whole(given.completion_tokens_details?.reasoning_tokens),
    cost: typeof given.cost === "number" && given.cost >= 0 && given.cost <= usdMax ? given.cost : null,
  }
}

/** A model that costs nothing is not a matter of money. */
export const isFree = (pricing: Pricing | undefined): boolean => pricing?.input_usd_per_mtok === 0 && pricing.output_usd_per_mtok === 0

/** Whether the price of every request is known. */
export const hasPrice = (pricing: Pricing): boolean =>
  pricing !== null && pricing.input_usd_per_mtok !== null && pricing.output_usd_per_mtok !== null

/** US dollars for a request that a provider answered: what it says, or what its prices come to. A request that failed has no cost. */
export function costOfRequest(status: number, usage: Usage, pricing: Pricing | undefined): number | null {
  if (status === 0 || status >= 400) return null
  return usage.cost ?? costOf(usage, pricing)
}

/** What a budget leaves; null where nothing bounds it. */
export interface Allowance {
  usd: number | null
  tokens: number | null
}

/**
 * The most completion tokens that what is left of a budget pays for, at least 1; null for no bound. The prompt is not counted, so
 * that an answer of that length uses the budget up.
 */
export function affordableTokens({ usd, tokens }: Allowance, pricing: Pricing | undefined): number | null {
  const price = pricing?.output_usd_per_mtok ?? 0
  const paid = usd !== null && price > 0 ? Math.ceil((usd / price) * 1_000_000) : null
  if (paid === null && tokens === null) return null
  return Math.max(1, Math.min(paid ?? Number.MAX_SAFE_INTEGER, tokens ?? Number.MAX_SAFE_INTEGER))
}

/** US dollars for these tokens; null when the model has no price. */
export function costOf(tokens: TokenCounts, pricing: Pricing | undefined): number | null {
  if (!pricing || pricing.input_usd_per_mtok === null || pricing.output_usd_per_mtok === null) return null
  const { input_usd_per_mtok: input, output_usd_per_mtok: output, cached_input_usd_per_mtok: cachedInput } = pricing
  // Prompt tokens count cached ones too, and completion tokens those of reasoning.
  const cached = Math.min(tokens.cached, tokens.prompt)
  return ((tokens.prompt - cached) * input + cached * (cachedInput ?? input) + tokens.completion * output) / 1_000_000
}

/**
 * A model's prices per million tokens: as the operator configured them, or as the provider lists them, in Prime's form or in
 * OpenRouter's (dollars per token). Null when neither says anything.
 */
export function readPricing(configured: Price | undefined, listed: Record<string, unknown> | null | undefined): Pricing {
  if (configured) return toPricing(configured.input, configured.output, configured.cached_input ?? null)
  if (!listed) return null
  const input = dollars(listed.input_usd_per_mtok) ?? perMillion(listed.prompt)
  const output = dollars(listed.output_usd_per_mtok) ?? perMillion(listed.completion)
  const cached = dollars(listed.cached_input_usd_per_mtok) ?? perMillion(listed.input_cache_read)
  return input === null && output === null ? null : toPricing(input, output, cached)
}

const toPricing = (input: number | null, output: number | null, cached: number | null): Pricing => ({
  input_usd_per_mtok: input,
  output_usd_per_mtok: output,
  ...(cached === null ? {} : { cached_input_usd_per_mtok: cached }),
})

function perMillion(perToken: unknown): number | null {
  const usd = dollars(perToken)
  return usd === null ? null : usd * 1_000_000
}

function dollars(value: unknown): number | null {
  const number = typeof value === "string" ? Number(value) : value
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : null
}
