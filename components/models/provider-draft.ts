import type { CreateProviderRequest, ModelProvider, ReadyMadeProvider, TypedModel } from "@/contract/index.ts"

/** A model as it is typed: prices are text until they are sent. */
export interface ModelDraft {
  id: string
  input: string
  output: string
}

/** A provider as its form holds it. */
export interface ProviderDraft {
  slug: string
  name: string
  base_url: string
  /** Empty keeps the stored key. */
  key: string
  requests_per_minute: string
  concurrency: string
  models: ModelDraft[]
}

export const emptyDraft: ProviderDraft = { slug: "", name: "", base_url: "", key: "", requests_per_minute: "", concurrency: "", models: [] }

const textOf = (number: number | null | undefined): string => (typeof number === "number" ? String(number) : "")

export const toModelDraft = ({ id, input_usd_per_mtok, output_usd_per_mtok }: TypedModel): ModelDraft => ({
  id,
  input: textOf(input_usd_per_mtok),
  output: textOf(output_usd_per_mtok),
})

/** The form of a stored provider. Its key stays where it is. */
export const draftOf = (provider: ModelProvider): ProviderDraft => ({
  slug: provider.slug,
  name: provider.name,
  base_url: provider.base_url,
  key: "",
  requests_per_minute: textOf(provider.requests_per_minute),
  concurrency: textOf(provider.concurrency),
  models: provider.models.map(toModelDraft),
})

/** The form of a well-known provider: all but the key. */
export const draftFrom = ({ slug, name, base_url }: ReadyMadeProvider): ProviderDraft => ({
  ...emptyDraft,
  slug,
  // Where it runs is what the person says.
  name: name.replace(/ on this machine$/, ""),
  base_url,
})

/** A slug for a name, until the person types one. */
export const slugFrom = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "")

const numberOf = (text: string): number | null => (text.trim() === "" ? null : Number(text))

type Request = Pick<CreateProviderRequest, "slug" | "name" | "base_url" | "requests_per_minute" | "concurrency" | "models"> & {
  key?: string
}

/** What a draft asks the platform for. Rows without an id are left out; cached prices are as they were. */
export function requestOf(draft: ProviderDraft, before: readonly TypedModel[] = []): Request {
  const cached = new Map(before.map((model) => [model.id, model.cached_input_usd_per_mtok]))
  return {
    slug: draft.slug.trim(),
    name: draft.name.trim(),
    base_url: draft.base_url.trim(),
    requests_per_minute: numberOf(draft.requests_per_minute),
    concurrency: numberOf(draft.concurrency),
    models: draft.models
      .map((model) => ({ ...model, id: model.id.trim() }))
      .filter(({ id }) => id !== "")
      .map(({ id, input, output }) => ({
        id,
        input_usd_per_mtok: numberOf(input),
        output_usd_per_mtok: numberOf(output),
        ...(typeof cached.get(id) === "number" ? { cached_input_usd_per_mtok: cached.get(id) } : {}),
      })),
    ...(draft.key.trim() === "" ? {} : { key: draft.key.trim() }),
  }
}
