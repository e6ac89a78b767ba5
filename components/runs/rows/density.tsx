"use client"

import { Rows2, Rows4 } from "lucide-react"
import { useSyncExternalStore } from "react"
import { Button } from "@/components/ui/button.tsx"

const key = "runs-density"
const listeners = new Set<() => void>()

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function isStoredCompact(): boolean {
  try {
    return localStorage.getItem(key) === "compact"
  } catch {
    // A browser may forbid it.
    return false
  }
}

function store(isCompact: boolean): void {
  try {
    localStorage.setItem(key, isCompact ? "compact" : "plain")
  } catch {
    // Then it is forgotten with the page.
  }
  for (const listener of listeners) listener()
}

/** Whether this browser shows the list with lower rows. */
export const useIsCompact = (): boolean => useSyncExternalStore(subscribe, isStoredCompact, () => false)

export function DensitySwitch() {
  const isCompact = useIsCompact()
  return (
    <Button
      variant="ghost"
      size="sm"
      icon
      aria-pressed={isCompact}
      aria-label="Compact rows"
      title={isCompact ? "Higher rows" : "Compact rows"}
      className="text-muted-foreground max-md:hidden"
      onClick={() => store(!isCompact)}
    >
      {isCompact ? <Rows2 aria-hidden /> : <Rows4 aria-hidden />}
    </Button>
  )
}
