import type { Model, ProviderState } from "../../contract/index.ts"
import { toError } from "../base/errors.ts"
import { fetchModels, type ServedModel } from "./fetch-models.ts"
import { keylessProvider, type Provider } from "./providers.ts"

const freshForMs = 60_000

/** Knows which models there are and which provider serves them. Providers' lists are fetched when needed and kept for a minute. */
export class ModelRegistry {
  #lists = new Map<string, { at: number; models: ServedModel[]; error: string | null }>()
  #asking = new Map<string, Promise<void>>()

  constructor(
    readonly providers: Provider[],
    private readonly now: () => number = Date.now,
  ) {}

  async #refresh(provider: Provider): Promise<void> {
    const kept = this.#lists.get(provider.id)
    // A failed fetch is repeated soon: the server may just be starting.
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

  /** All models, and the state of each provider with the error of its last list. */
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
    return keylessProvider(id, new Set(this.providers.map((provider) => provider.id)))
  }
}
