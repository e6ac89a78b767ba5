"use client"

import { useEffect, useState } from "react"
import { useNow } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { serverNow } from "@/lib/clock.ts"
import { formatDuration } from "@/lib/format.ts"
import { elapsed } from "./run-facts.ts"

/** How long the run has taken so far, by the second, with what its attempts before the present one took. */
export function TickingDuration({ run, earlierMs = 0 }: { run: Evaluation; earlierMs?: number }) {
  const hydrationNow = useNow()
  const [now, setNow] = useState<number | null>(null)
  const active = isActive(run.status)
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => setNow(serverNow()), 1000)
    return () => clearInterval(timer)
  }, [active])
  const present = elapsed(run, now ?? hydrationNow)
  const milliseconds = present === null && earlierMs === 0 ? null : (present ?? 0) + earlierMs
  return (
    <span className="tabular">
      {milliseconds === null ? "–" : formatDuration(active ? Math.floor(milliseconds / 1000) * 1000 : milliseconds)}
    </span>
  )
}
