import { setTimeout as sleep } from "node:timers/promises"
import type { Model, ProviderState } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import type { Account } from "../store/usage/budgets.ts"
import { fetchModels, ListRefused, type ServedModel, typedModels } from "./fetch-models.ts"
import { keylessProvider, type Provider } from "./providers.ts"

const freshForMs = 60_000
/** A failed fetch is repeated soon: the server may just be starting. */
const failedForMs = 3000
/** How long anybody waits for lists that were never there yet; what does not come until then comes with a later answer. */
const patienceMs = 2000

interface KeptList {
  at: number
  models: ServedModel[]
  error: string | null
  isStarting: boolean
}

const listsMax = 10_000

/** What tells the list of a provider from all others: people's providers may have one slug, and change. */
const listKey = ({ id, owned }: Provider): string => (owned ? `${owned.id} ${owned.revision}` : id)

/**
 * Knows which models there are and which provider serves them: those of the operator for everybody, and those of an account for
 * itself. Providers' lists are fetched when needed, each on its own, and kept: an old one answers while it is fetched again, so that a
 * provider that hangs holds up nobody.
 */
export class ModelRegistry {
  #lists = new Map<string, KeptList>()
  #asking = new Map<string, Promise<void>>()

  /** @param own the providers that an account has added */
  constructor(
    readonly providers: Provider[],
    private readonly own: (account: Account) => Promise<Provider[]> = async () => [],
    private readonly now: () => number = Date.now,
  ) {}

  /** The providers of an account, then the operator's; one of the account's takes the place of the operator's of the same id. */
  async #providersOf(account: Account | null): Promise<Provider[]> {
    const own = account ? await this.own(account) : []
    const ids = new Set(own.map(({ id }) => id))
    return [...own, ...this.providers.filter(({ id }) => !ids.has(id))]
  }

  /** Fetches a provider's list, unless it is fresh. @returns when it is there, if there was none before; at once otherwise */
  #refresh(provider: Provider): Promise<void> | undefined {
    const key = listKey(provider)
    const kept = this.#lists.get(key)
    if (kept && this.now() - kept.at < (kept.error ? failedForMs : freshForMs)) return undefined
    const asking = this.#asking.get(key) ?? this.#fetch(provider)
    this.#asking.set(key, asking)
    return kept ? undefined : asking
  }

  async #fetch(provider: Provider): Promise<void> {
    const key = listKey(provider)
    try {
      this.#keep(key, await fetchModels(provider))
    } catch (error) {
      // What was known stays known when a provider does not answer for a while.
      this.#keep(key, this.#lists.get(key)?.models ?? typedModels(provider), toError(error))
    } finally {
      this.#asking.delete(key)
    }
  }

  #keep(key: string, models: ServedModel[], error?: Error): void {
    this.#lists.delete(key)
    const isStarting = error instanceof ListRefused && error.isStarting
    this.#lists.set(key, { at: this.now(), models, error: error?.message ?? null, isStarting })
    // The oldest are of providers that have changed since, or of people who are not here.
    for (const old of this.#lists.keys()) if (this.#lists.size > listsMax) this.#lists.delete(old)
  }

  /**
   * All models that an account may use (without one, the operator's), and the state of each provider with the error of its last list. Takes
   * two seconds at most.
   */
  async list(account: Account | null): Promise<{ models: ServedModel[]; providers: ProviderState[] }> {
    const providers = await this.#providersOf(account)
    const fetches = Promise.all(providers.map((provider) => this.#refresh(provider)))
    await patiently((orNot) => Promise.race([fetches, orNot]))
    return this.#known(providers)
  }

  #known(providers: readonly Provider[]): { models: ServedModel[]; providers: ProviderState[] } {
    const seen = new Set<string>()
    const models: ServedModel[] = []
    const states: ProviderState[] = []
    for (const provider of providers) {
      const list = this.#lists.get(listKey(provider))
      const error = list ? list.error : "has not answered yet"
      if (provider.source === "found" && error) continue
      const { models: listed = [], isStarting = false } = list ?? {}
      states.push({ id: provider.id, name: provider.name, error, models: listed.length, is_starting: isStarting })
      for (const served of listed) {
        if (seen.has(served.model.id)) continue
        seen.add(served.model.id)
        models.push(served)
      }
    }
    return { models, providers: states }
  }

  /**
   * Finds a model by the id it has here for an account. A model that no list holds is still served when its id begins with a provider's
   * prefix, since not every provider lists all it has.
   */
  async find(id: string, account: Account | null): Promise<ServedModel | undefined> {
    const able = (await this.#providersOf(account)).filter((provider) => id.startsWith(provider.prefix))
    const fetches = able.map((provider) => this.#refresh(provider))
    const listedBy = (provider: Provider) => this.#lists.get(listKey(provider))?.models.find(({ model }) => model.id === id)
    // Mostly nobody has to be waited for.
    for (const [i, provider] of able.entries()) {
      if (fetches[i] !== undefined) break
      const served = listedBy(provider)
      if (served) return served
    }
    const listed = await patiently(async (orNot) => {
      for (const [i, provider] of able.entries()) {
        await Promise.race([fetches[i], orNot])
        const served = listedBy(provider)
        if (served) return served
      }
      // Nobody else has it, so there is nothing to lose by hearing the others out.
      await Promise.all(fetches)
      return able.map(listedBy).find((served) => served !== undefined)
    })
    if (listed) return listed
    const isSilent = (provider: Provider) => this.#lists.get(listKey(provider))?.error !== null
    const provider = able.find((one) => one.prefix !== "" && isSilent(one))
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
    return keylessProvider(id, new Set(this.providers.map((provider) => provider.id)))
  }
}

/** Does something that may wait until a promise that settles when there was enough waiting. */
async function patiently<T>(work: (orNot: Promise<void>) => Promise<T>): Promise<T> {
  const done = new AbortController()
  try {
    return await work(sleep(patienceMs, undefined, { signal: done.signal }).catch(() => {}))
  } finally {
    done.abort()
  }
}
