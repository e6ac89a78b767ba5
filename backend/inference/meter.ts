import type { Model } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import type { Db } from "../store/db.ts"
import { insertUsage, type UsageEntry } from "../store/usage/usage.ts"

export interface TokenCounts {
  prompt: number
  cached: number
  reasoning: number
  completion: number
}

const whole = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0)

/** Token counts from OpenAI's `usage` object, and the cost where the provider tells it. */
export function readUsage(usage: unknown): TokenCounts & { cost: number | null } {
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
    cost: typeof given.cost === "number" && given.cost >= 0 ? given.cost : null,
  }
}

/** US dollars for a request; null when the model has no price. Prices are per million tokens. */
export function costOf(tokens: TokenCounts, pricing: Model["pricing"] | undefined): number | null {
  if (!pricing || pricing.input_usd_per_mtok === null || pricing.output_usd_per_mtok === null) return null
  const { input_usd_per_mtok: input, output_usd_per_mtok: output, cached_input_usd_per_mtok: cachedInput } = pricing
  // Prompt tokens count cached ones too, and completion tokens those of reasoning.
  const cached = Math.min(tokens.cached, tokens.prompt)
  return ((tokens.prompt - cached) * input + cached * (cachedInput ?? input) + tokens.completion * output) / 1_000_000
}

const flushEveryMs = 250
const flushAt = 500
const keptMax = 50_000
const storedAtOnce = 1000

/** Collects what the gateway metered and stores it in batches, so that no request waits for the database. */
export class Meter {
  #waiting: UsageEntry[] = []
  #timer: NodeJS.Timeout | null = null
  #flushing: Promise<void> = Promise.resolve()

  constructor(
    private readonly db: Db,
    private readonly log: Log,
  ) {}

  record(entry: UsageEntry): void {
    this.#waiting.push(entry)
    if (this.#waiting.length >= flushAt) void this.flush()
    else this.#timer ??= setTimeout(() => void this.flush(), flushEveryMs)
  }

  /** Stores everything recorded so far. When the database does not answer, entries are kept and tried again. */
  flush(): Promise<void> {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#flushing = this.#flushing.then(async () => {
      while (this.#waiting.length > 0 && (await this.#store(this.#waiting.splice(0, storedAtOnce)))) {}
    })
    return this.#flushing
  }

  async #store(batch: UsageEntry[]): Promise<boolean> {
    try {
      await insertUsage(this.db, batch)
      return true
    } catch (error) {
      this.log.error({ error: toError(error).message.slice(0, 500), entries: batch.length }, "usage could not be stored yet")
      this.#waiting = [...batch, ...this.#waiting].slice(0, keptMax)
      this.#timer ??= setTimeout(() => void this.flush(), 5000)
      return false
    }
  }
}
