import { ProgressBar } from "@/components/ui/progress-bar.tsx"
import { formatBytes } from "@/lib/format.ts"

/** How much of a file was sent; then that the platform is reading it, which may take longer. */
export function ImportProgress({ sent, size }: { sent: number; size: number }) {
  const isSent = sent >= size
  return (
    <div className="flex flex-col gap-1.5">
      <ProgressBar value={sent} max={isSent ? null : size} label="Import" />
      <p className="text-muted-foreground text-xs tabular-nums">
        {isSent ? "The platform reads the samples…" : `${formatBytes(sent)} of ${formatBytes(size)} sent`}
      </p>
    </div>
  )
}
