import { toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import { type Db, isPassing } from "../store/db.ts"
import { insertUsage, type UsageEntry, wasCommitted } from "../store/usage/usage.ts"

const flushEveryMs = 250
const flushAt = 500
const retryAfterMs = 5000
const storedAtOnce = 1000

/**
 * Collects what the gateway metered and stores it in batches, so that no request waits for the database. Nothing is dropped: what
 * cannot be stored for the moment waits, and what can never be stored as it is counts as a request without a known price.
 */
export class Meter {
  #waiting: UsageEntry[] = []
  /** Stored or not: their connection was lost before the answer. */
  #doubtful: { transaction: string; batch: UsageEntry[] }[] = []
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
      await this.#settleDoubts()
      while (this.#waiting.length > 0 && (await this.#store(this.#waiting.splice(0, storedAtOnce)))) {}
    })
    return this.#flushing
  }

  /** @returns false when the database cannot store it for the moment */
  async #store(batch: UsageEntry[]): Promise<boolean> {
    let transaction: string | null = null
    try {
      await insertUsage(this.db, batch, (id) => {
        transaction = id
      })
      return true
    } catch (error) {
      if (isPassing(error)) {
        this.log.warn({ error: toError(error).message, entries: batch.length }, "usage waits for the database")
        if (transaction === null) this.#waiting = [...batch, ...this.#waiting]
        else this.#doubtful.push({ transaction, batch })
        this.#timer ??= setTimeout(() => void this.flush(), retryAfterMs)
        return false
      }
      return this.#storeWithout(batch, toError(error))
    }
  }

  /** Takes up again what was not stored after all, so that nothing counts twice. */
  async #settleDoubts(): Promise<void> {
    for (const doubt of [...this.#doubtful]) {
      const isStored = await wasCommitted(this.db, doubt.transaction).catch(() => undefined)
      if (isStored === undefined) {
        this.#timer ??= setTimeout(() => void this.flush(), retryAfterMs)
        continue
      }
      this.#doubtful = this.#doubtful.filter((one) => one !== doubt)
      if (!isStored) this.#waiting.unshift(...doubt.batch)
    }
  }

  /** One entry that the database refuses must not hold up the others: it is found by halves, and stored without its numbers. */
  async #storeWithout(batch: UsageEntry[], error: Error): Promise<boolean> {
    const [only] = batch
    if (batch.length > 1 || only === undefined) {
      const middle = Math.ceil(batch.length / 2)
      const stored = await this.#store(batch.slice(0, middle))
      return (await this.#store(batch.slice(middle))) && stored
    }
    this.log.error({ error: String(error.cause ?? error.message).slice(0, 500), entry: only }, "usage cannot be stored as it is")
    const nameless = { sessionId: null, provider: only.provider.slice(0, 100), model: only.model.slice(0, 100) }
    const numberless = { latencyMs: 0, promptTokens: 0, cachedTokens: 0, reasoningTokens: 0, completionTokens: 0, costUsd: null }
    try {
      await insertUsage(this.db, [{ ...only, ...nameless, ...numberless, status: 200 }])
    } catch (again) {
      if (isPassing(again)) this.#waiting.unshift(only)
      else this.log.error({ error: toError(again).message.slice(0, 500), entry: only }, "usage could not be counted at all")
    }
    return true
  }
}
