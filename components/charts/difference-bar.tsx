import { formatDifferenceInColumn } from "@/contract/text/score-text.ts"

interface DifferenceBarProps {
  difference: number
  reach: number
  /** Those of the differences that are listed. */
  decimals: number
}

/** A difference as a bar from 0 to the right or the left, and its number. Gains and losses have the ends of the scale of reward. */
export function DifferenceBar({ difference, reach, decimals }: DifferenceBarProps) {
  const width = `${(50 * Math.min(1, Math.abs(difference) / reach)).toFixed(2)}%`
  const isLoss = difference < 0
  return (
    <span className="flex items-center gap-2">
      <span aria-hidden className="relative block h-4 w-24 shrink-0">
        <span className="absolute inset-y-0 left-1/2 w-px bg-border-strong" />
        <span
          className="absolute top-1 h-2 rounded-[1.5px]"
          style={{ width, ...(isLoss ? { right: "50%" } : { left: "50%" }), background: `var(--reward-${isLoss ? "low" : "high"})` }}
        />
      </span>
      <span className="tabular grow whitespace-nowrap text-right text-muted-foreground text-xs">
        {formatDifferenceInColumn(difference, decimals)}
      </span>
    </span>
  )
}
