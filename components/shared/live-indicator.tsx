"use client"

import { cn } from "@/components/ui/cn.ts"
import { Tooltip } from "@/components/ui/overlay/tooltip.tsx"
import type { LiveState } from "@/lib/live/connection.ts"
import { useLiveState } from "@/lib/live/use-live.ts"

const words: Record<LiveState, { label: string; sentence: string; dot: string }> = {
  connecting: { label: "Connecting", sentence: "Connecting to the platform's event stream.", dot: "bg-muted-foreground/60" },
  connected: { label: "Live", sentence: "Connected: changes appear immediately.", dot: "bg-success" },
  reconnecting: {
    label: "Reconnecting",
    sentence: "The connection was lost. Until it is back, active runs are refreshed every 3 seconds.",
    dot: "bg-warning",
  },
  polling: {
    label: "Every 3 s",
    sentence: "This platform has no event stream, so active runs are refreshed every 3 seconds.",
    dot: "bg-info",
  },
}

/** Whether the page is kept up to date. */
export function LiveIndicator({ className }: { className?: string }) {
  const { label, sentence, dot } = words[useLiveState()]
  return (
    <Tooltip content={sentence} className={className}>
      <span className="inline-flex min-w-24 items-center justify-end gap-1.5 text-muted-foreground text-xs">
        <span aria-hidden className={cn("size-2 rounded-full", dot)} />
        {label}
      </span>
    </Tooltip>
  )
}
