"use client"

import { useEffect, useEffectEvent, useRef, useState } from "react"
import { emptyDraft, type LaunchDraft, type LaunchTarget, restoreDraft, withoutSecretValues } from "./launch-config.ts"

export interface DraftState {
  draft: LaunchDraft
  /** What was typed on an earlier visit of this tab was put back. */
  isRestored: boolean
  /** Counts fresh starts, so that the form forgets which fields were touched. */
  generation: number
  change: (change: (draft: LaunchDraft) => LaunchDraft) => void
  startOver: () => void
  /** Another draft takes the place of what was typed. */
  replace: (draft: LaunchDraft) => void
  /** The run has been started: nothing is to be put back next time. */
  forget: () => void
  keep: () => void
}

/** The draft of the launch form. It outlives reloads in this tab, without the values of secrets. */
export function useLaunchDraft(target: LaunchTarget, earlier: LaunchDraft | null): DraftState {
  const [draft, setDraft] = useState(() => earlier ?? emptyDraft(target))
  const [isRestored, setIsRestored] = useState(false)
  const [generation, setGeneration] = useState(0)
  const isChanged = useRef(false)
  const place = `launch ${target.id}`

  const restore = useEffectEvent(() => {
    const restored = earlier || isChanged.current ? null : restoreDraft(read(place), target)
    if (!restored) return
    setDraft(restored)
    setIsRestored(true)
  })
  // Only the browser knows what was kept, so it is put back after the first rendering, once.
  useEffect(() => restore(), [])

  useEffect(() => {
    if (isChanged.current) write(place, draft)
  }, [place, draft])

  return {
    draft,
    isRestored,
    generation,
    change: (change) => {
      isChanged.current = true
      setDraft(change)
    },
    replace: (next) => {
      isChanged.current = true
      setDraft(next)
      setIsRestored(false)
      setGeneration((count) => count + 1)
    },
    startOver: () => {
      isChanged.current = false
      setDraft(emptyDraft(target))
      setIsRestored(false)
      setGeneration((count) => count + 1)
      write(place, null)
    },
    forget: () => write(place, null),
    keep: () => write(place, draft),
  }
}

function read(place: string): unknown {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null")
  } catch {
    return null
  }
}

function write(place: string, draft: LaunchDraft | null): void {
  try {
    if (draft) sessionStorage.setItem(place, JSON.stringify(withoutSecretValues(draft)))
    else sessionStorage.removeItem(place)
  } catch {
    // Storage may be full or forbidden; then a reload starts anew.
  }
}
