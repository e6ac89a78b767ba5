import { rewardColour, rewardShare } from "@/components/charts/reward-colour.ts"
import { cn } from "@/components/ui/cn.ts"
import { formatInColumn, formatScore } from "@/lib/format.ts"

interface RewardTextProps {
  reward: number | null
  /** Those of the column that it stands in. */
  decimals?: number
  className?: string
}

/** A reward with its place on the scale as a coloured dot. Its tooltip has all digits. */
export function RewardText({ reward, decimals, className }: RewardTextProps) {
  if (reward === null) return <span className={cn("text-muted-foreground", className)}>–</span>
  return (
    <span className={cn("tabular inline-flex items-center gap-1.5 font-medium", className)} title={String(reward)}>
      <span
        aria-hidden
        className="size-2 shrink-0 rounded-full"
        style={{ background: rewardColour(rewardShare(reward, { min: 0, max: 1 })) }}
      />
      {decimals === undefined ? formatScore(reward) : formatInColumn(reward, decimals)}
    </span>
  )
}
