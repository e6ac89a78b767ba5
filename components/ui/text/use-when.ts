"use client"

import { formatInstant, formatWhen } from "@/lib/format.ts"
import { useHydrated } from "@/lib/live/use-hydrated.ts"
import { useNow } from "./time-ago.tsx"

/** A moment in the browser's own time, and the exact one in UTC as its title. The server knows no time zone and writes UTC. */
export function useWhen(at: string): { text: string; title: string } {
  const now = useNow()
  const isHydrated = useHydrated()
  return { text: formatWhen(at, now, isHydrated ? Intl.DateTimeFormat().resolvedOptions().timeZone : "UTC"), title: formatInstant(at) }
}
