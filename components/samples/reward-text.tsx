import { rewardColour, rewardShare } from "@/components/charts/reward-colour.ts"
import { cn } from "@/components/ui/cn.ts"
import { formatScore } from "@/lib/format.ts"

/** A reward with its place on the scale as a coloured dot. Its tooltip has all digits. */
export function RewardText({ reward, className }: { reward: number | null; className?: string }) {
  if (reward === null) return <span className={cn("text-muted-foreground", className)}>–</span>
  return (
    <span className={cn("tabular inline-flex items-center gap-1.5 font-medium", className)} title={String(reward)}>
      <span
        aria-hidden
        className="size-2 shrink-0 rounded-full"
        style={{ background: rewardColour(rewardShare(reward, { min: 0, max: 1 })) }}
      />
      {formatScore(reward)}
    </span>
  )
}
