"use client"

import { useEffect } from "react"
import type { Evaluation } from "@/contract/index.ts"
import { doneRollouts, expectedRollouts, hasProgress, modelOf } from "./run-facts.ts"

/** "42 % · model" as long as a run is under way, for the tab of its page; null before it has begun and once it has ended. */
export function progressTitle(run: Evaluation): string | null {
  const total = expectedRollouts(run)
  if (!hasProgress(run) || !total) return null
  return `${Math.floor(Math.min(1, doneRollouts(run) / total) * 100)} % · ${modelOf(run) ?? run.name}`
}

/** Shows a run's progress in the tab of the page, and gives the page its own title back at the end. */
export function useRunTitle(run: Evaluation): void {
  const title = progressTitle(run)
  useEffect(() => {
    if (title === null) return
    const own = document.title
    document.title = title
    return () => {
      // A page that came since has set its own.
      if (document.title === title) document.title = own
    }
  }, [title])
}
