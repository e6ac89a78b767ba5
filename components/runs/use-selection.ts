import { useState } from "react"

export interface Selection {
  ids: readonly string[]
  has: (id: string) => boolean
  /** Chooses a row or drops it; as a range, all rows from the last one that was chosen get the same. */
  toggle: (id: string, isRange?: boolean) => void
  set: (ids: readonly string[]) => void
}

/** The rows that are chosen, of those that are shown. @param shown ids in the order of the list */
export function useSelection(shown: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [last, setLast] = useState<string | null>(null)
  const ids = shown.filter((id) => chosen.has(id))
  const toggle = (id: string, isRange = false) => {
    const [from, to] = [shown.indexOf(last ?? id), shown.indexOf(id)].sort((a, b) => a - b) as [number, number]
    const meant = isRange && from >= 0 ? shown.slice(from, to + 1) : [id]
    const isChosen = !chosen.has(id)
    setChosen(new Set(isChosen ? [...ids, ...meant] : ids.filter((one) => !meant.includes(one))))
    setLast(id)
  }
  return { ids, has: (id) => chosen.has(id), toggle, set: (next) => setChosen(new Set(next)) }
}
