import type { ListInferenceModelsResponse } from "@/contract/index.ts"

export type ModelEntry = ListInferenceModelsResponse["models"][number]

export interface ModelGroup {
  id: string
  name: string
  error: string | null
  /** It is not ready yet, as `error` says. */
  isStarting: boolean
  models: ModelEntry[]
}

const matches = (model: ModelEntry, words: readonly string[]): boolean => {
  const text = `${model.id} ${model.provider?.name ?? model.owned_by} ${model.description ?? ""}`.toLowerCase()
  return words.every((word) => text.includes(word))
}

/** The group of the reader's favourites. */
export const favouritesId = "favourites"

/** Models that match the typed words: favourites first, then by provider. Providers without a match stay only while nothing is typed, to show their error. */
export function groupModels(
  { models, providers }: ListInferenceModelsResponse,
  typed: string,
  favourites: readonly string[] = [],
): ModelGroup[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const groups = new Map<string, ModelGroup>()
  if (favourites.length > 0) groups.set(favouritesId, { id: favouritesId, name: "Favourites", error: null, isStarting: false, models: [] })
  for (const { id, name, error, is_starting: isStarting } of providers ?? [])
    groups.set(id, { id, name, error, isStarting: isStarting ?? false, models: [] })
  for (const model of models) {
    if (!matches(model, words)) continue
    const id = favourites.includes(model.id) ? favouritesId : (model.provider?.id ?? model.owned_by)
    const group = groups.get(id) ?? { id, name: model.provider?.name ?? model.owned_by, error: null, isStarting: false, models: [] }
    group.models.push(model)
    groups.set(id, group)
  }
  return [...groups.values()].filter((group) => group.models.length > 0 || (words.length === 0 && group.error))
}

/** The options of the listbox, top to bottom: the models, and the typed text itself when no model has exactly that name. */
export function optionsOf(groups: readonly ModelGroup[], list: ListInferenceModelsResponse, typed: string): string[] {
  const ids = groups.flatMap((group) => group.models.map((model) => model.id))
  const own = typed.trim()
  return own !== "" && !list.models.some((model) => model.id === own) ? [...ids, own] : ids
}

/** Which option is active after a key was pressed; null for keys that do not move. */
export function moveActive(key: string, active: number, count: number): number | null {
  if (count === 0) return null
  switch (key) {
    case "ArrowDown":
      return (active + 1) % count
    case "ArrowUp":
      return (active - 1 + count) % count
    case "Home":
      return 0
    case "End":
      return count - 1
    case "PageDown":
      return Math.min(count - 1, active + 8)
    case "PageUp":
      return Math.max(0, active - 8)
    default:
      return null
  }
}
