"use client"

import { FavouriteStar } from "@/components/shared/models/favourite-star.tsx"
import { modelPrice } from "@/components/shared/models/model-price.ts"
import { useFavourites } from "@/components/shared/models/use-favourites.ts"
import { Section } from "@/components/ui/section.tsx"
import type { Model } from "@/contract/index.ts"

interface ModelRowsProps {
  models: readonly Model[]
  favourites: readonly string[] | null
  /** Words that a model must have. */
  search: string | null
}

const shownMax = 100

/** The models that match every word, favourites first. */
export function sortedModels(models: readonly Model[], favourites: readonly string[], search: string | null): Model[] {
  const words = (search ?? "").toLowerCase().split(/\s+/).filter(Boolean)
  const matching = models.filter(({ id, provider }) => {
    const text = `${id} ${provider?.name ?? ""}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  const rank = (model: Model) => (favourites.includes(model.id) ? favourites.indexOf(model.id) : favourites.length)
  return matching.sort((a, b) => rank(a) - rank(b))
}

/** Every model that may be used, each with its price. */
export function ModelRows({ models, favourites: before, search }: ModelRowsProps) {
  const favourites = useFavourites(before)
  // The order stays as it was read, or rows would run away from under the pointer.
  const sorted = sortedModels(models, before ?? [], search)
  return (
    <Section id="models" title="Models" note={search ? `${sorted.length} of ${models.length}` : `${models.length}`}>
      {sorted.length === 0 ? (
        <p className="text-muted-foreground text-sm">{search ? `No model has all of “${search}”.` : "There are no models."}</p>
      ) : (
        <ul className="-mt-2.5">
          {sorted.slice(0, shownMax).map((model) => (
            <li key={model.id} className="flex min-h-9 min-w-0 items-center gap-x-2 border-b text-sm">
              {favourites && (
                <FavouriteStar model={model.id} isFavourite={favourites.models.includes(model.id)} onToggle={favourites.toggle} />
              )}
              <span className="flex min-w-0 flex-1 flex-wrap items-baseline gap-x-4 py-1">
                <bdi className="break-anywhere min-w-0 flex-1 basis-64 font-mono text-xs">{model.id}</bdi>
                <span className="min-w-0 flex-1 basis-40 truncate text-muted-foreground text-xs">
                  {model.provider?.name ?? model.owned_by}
                </span>
                <span className="tabular flex-1 basis-64 text-muted-foreground text-xs sm:text-right">{modelPrice(model)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {sorted.length > shownMax && (
        <p className="pt-2 text-muted-foreground text-xs">{`The first ${shownMax} of ${sorted.length}: search to find others.`}</p>
      )}
    </Section>
  )
}
