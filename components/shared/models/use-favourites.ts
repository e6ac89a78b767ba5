"use client"

import { useState } from "react"
import { useToast } from "@/components/ui/overlay/toast.tsx"
import { setFavourite } from "./favourite-actions.ts"

export interface Favourites {
  /** In the order of marking. */
  models: readonly string[]
  toggle: (model: string) => void
}

/**
 * The reader's favourite models, changed at once and taken back where the platform refuses.
 * @param before null on a platform that keeps none
 */
export function useFavourites(before: readonly string[] | null): Favourites | null {
  const [models, setModels] = useState(before ?? [])
  const toast = useToast()
  if (before === null) return null
  const toggle = async (model: string) => {
    const isFavourite = !models.includes(model)
    const change = (mark: boolean) =>
      setModels((now) => (mark ? [...now.filter((one) => one !== model), model] : now.filter((one) => one !== model)))
    change(isFavourite)
    const result = await setFavourite(model, isFavourite).catch(() => ({
      ok: false as const,
      message: "The platform could not be reached.",
    }))
    if (result.ok) return
    change(!isFavourite)
    toast({ title: `${model} was not ${isFavourite ? "marked" : "changed"}`, description: result.message, tone: "danger" })
  }
  return { models, toggle: (model) => void toggle(model) }
}
