"use client"

import { createContext, type ReactNode, useContext, useState, useSyncExternalStore } from "react"
import { learnServerTime, serverNow as nowOfServer } from "@/lib/clock.ts"
import { formatAge, formatClock, formatInstant, formatWhen } from "@/lib/format.ts"
import { useHydrated } from "@/lib/live/use-hydrated.ts"

const tickMs = 30_000

const listeners = new Set<() => void>()
let now = nowOfServer()
let timer: ReturnType<typeof setInterval> | undefined

function tick() {
  now = nowOfServer()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) {
    now = nowOfServer()
    timer = setInterval(tick, tickMs)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

const Clock = createContext<number | null>(null)

/** Carries the server's time to the browser: the first render says the same on both sides, and a browser's wrong clock is made up for. */
export function ClockProvider({ serverNow, children }: { serverNow: number; children: ReactNode }) {
  useState(() => {
    learnServerTime(serverNow)
    now = nowOfServer()
  })
  return <Clock value={serverNow}>{children}</Clock>
}

/** Milliseconds since 1970 by the server's clock, moving on every 30 seconds, equal on server and browser during hydration. */
export function useNow(): number {
  const serverNow = useContext(Clock)
  return useSyncExternalStore(
    subscribe,
    () => now,
    () => serverNow ?? now,
  )
}

/** The reader's time zone; undefined on the server and until the browser has taken its page over, where times are in UTC. */
const useTimeZone = (): string | undefined => (useHydrated() ? Intl.DateTimeFormat().resolvedOptions().timeZone : undefined)

/** "4 min ago"; the title has the exact time in UTC. */
export function TimeAgo({ at, className }: { at: string; className?: string }) {
  const current = useNow()
  const zone = useTimeZone()
  return (
    <time dateTime={at} title={formatInstant(at)} className={className} suppressHydrationWarning>
      {formatAge(at, current, zone)}
    </time>
  )
}

/** The same as `Moment` for those who have an element already, such as a cell of a list. */
export function useWhen(at: string): { text: string; title: string } {
  const current = useNow()
  const zone = useTimeZone()
  return { text: formatWhen(at, current, zone), title: formatInstant(at) }
}

/** A moment where the reader is, as short as it can be told, or its time with seconds; the title has the exact time in UTC. */
export function Moment({ at, clock = false, className }: { at: string; clock?: boolean; className?: string }) {
  const { text, title } = useWhen(at)
  const zone = useTimeZone()
  return (
    <time dateTime={at} title={title} className={className} suppressHydrationWarning>
      {clock ? formatClock(at, zone) : text}
    </time>
  )
}
