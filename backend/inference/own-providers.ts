import type { Dispatcher } from "undici"
import { decrypt, providerKeyContext } from "../base/crypto.ts"
import type { Db } from "../store/db.ts"
import { listProviders, type ProviderRecord } from "../store/providers/providers.ts"
import type { Account } from "../store/usage/budgets.ts"
import type { Provider } from "./providers.ts"

/** How long what was read is used: a change takes effect within that time in every process. */
const freshForMs = 2000
const keptMax = 10_000

/** Knows the providers that people and teams added, as the gateway uses them. */
export class OwnProviders {
  #known = new Map<string, { at: number; providers: Promise<Provider[]> }>()

  constructor(
    private readonly db: Db,
    private readonly secretKey: Buffer,
    readonly dispatcher: Dispatcher,
    private readonly now: () => number = Date.now,
  ) {}

  /** The providers of an account that are switched on. @throws when the database does not answer */
  of(account: Account): Promise<Provider[]> {
    const key = account.teamId ?? account.userId
    const known = this.#known.get(key)
    if (known && this.now() - known.at < freshForMs) return known.providers
    const providers = this.#read(account)
    // What failed is read again.
    providers.catch(() => this.#known.delete(key))
    this.#known.delete(key)
    this.#known.set(key, { at: this.now(), providers })
    if (this.#known.size > keptMax) for (const old of this.#known.keys()) if (this.#known.size > keptMax / 2) this.#known.delete(old)
    return providers
  }

  /** Has an account's providers read again, since this process has just changed them. */
  forget(account: Account): void {
    this.#known.delete(account.teamId ?? account.userId)
  }

  async #read(account: Account): Promise<Provider[]> {
    const rows = await listProviders(this.db, account)
    return rows.filter(({ isOn }) => isOn).map((row) => this.toProvider(row))
  }

  /** A stored provider with its key opened. */
  toProvider(row: ProviderRecord): Provider {
    return {
      id: row.slug,
      name: row.name,
      base_url: row.baseUrl,
      prefix: `${row.slug}/`,
      key: this.keyOf(row),
      source: "person",
      prices: Object.fromEntries(
        row.models.flatMap(({ id, input_usd_per_mtok: input, output_usd_per_mtok: output, cached_input_usd_per_mtok: cached }) =>
          typeof input === "number" && typeof output === "number"
            ? [[id, { input, output, ...(typeof cached === "number" ? { cached_input: cached } : {}) }]]
            : [],
        ),
      ),
      owned: {
        id: row.id,
        revision: row.updatedAt.toISOString(),
        isLimited: row.requestsPerMinute !== null || row.concurrency !== null,
        typed: row.models.map(({ id }) => id),
        dispatcher: this.dispatcher,
      },
    }
  }

  /** The key of a stored provider; null where it has none. */
  keyOf({ id, sealedKey }: Pick<ProviderRecord, "id" | "sealedKey">): string | null {
    return sealedKey && decrypt(this.secretKey, sealedKey, providerKeyContext(id))
  }
}
