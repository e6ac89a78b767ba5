import { toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import type { Db } from "../store/db.ts"
import { insertUsage, type UsageEntry } from "../store/usage/usage.ts"

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
