"use client"

import { createContext, type ReactNode, useContext, useSyncExternalStore } from "react"
import { formatAge, formatInstant } from "@/lib/format.ts"

const tickMs = 30_000

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function tick() {
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(tick, tickMs)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

const Clock = createContext<number | null>(null)

/** Carries the server's time to the browser, so that the first render says the same on both sides. */
export function ClockProvider({ serverNow, children }: { serverNow: number; children: ReactNode }) {
  return <Clock value={serverNow}>{children}</Clock>
}

/** Milliseconds since 1970, moving on every 30 seconds, equal on server and browser during hydration. */
export function useNow(): number {
  const serverNow = useContext(Clock)
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => serverNow ?? now,
  )
}

/** "4 min ago", with the exact time as its title. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const current = useNow()
  return (
    <time dateTime={at} title={formatInstant(at)} className={className} suppressHydrationWarning>
      {formatAge(at, current)}
    </time>
  )
}
