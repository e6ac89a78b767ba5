import type { Db } from "../store/db.ts"
import { findRunByTokenHash, type TokenRun } from "../store/evaluations/run-tokens.ts"

/** How long what was read of a token is used, as with budgets: a token that another process took back is refused within that time. */
const freshForMs = 500
const keptMax = 10_000

/**
 * Knows for which runs the tokens speak that models are asked with: a run asks many times a second, always with the same token. Where a token opens
 * anything else, it is looked up each time.
 */
export class RunCallers {
  #known = new Map<string, { at: number; run: Promise<TokenRun | undefined> }>()

  constructor(
    private readonly db: Db,
    private readonly now: () => number = Date.now,
  ) {}

  /** The run that a token of this hash speaks for; undefined where there is none. @throws when the database does not answer */
  of(hash: string): Promise<TokenRun | undefined> {
    const known = this.#known.get(hash)
    if (known && this.now() - known.at < freshForMs) return known.run
    const run = findRunByTokenHash(this.db, hash)
    // Only what speaks for a run is kept: anybody can send hashes that do not.
    const drop = () => this.#known.get(hash)?.run === run && this.#known.delete(hash)
    run.then((found) => found ?? drop(), drop)
    this.#known.delete(hash)
    this.#known.set(hash, { at: this.now(), run })
    if (this.#known.size > keptMax) for (const old of this.#known.keys()) if (this.#known.size > keptMax / 2) this.#known.delete(old)
    return run
  }

  /** Has all tokens read again, since this process has just taken some back. */
  forget(): void {
    this.#known.clear()
  }
}
