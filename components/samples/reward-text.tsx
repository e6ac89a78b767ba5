import { cn } from "@/components/ui/cn.ts"
import { formatScore } from "@/lib/format.ts"

/** The one number that is coloured: green from 0.9, amber from 0.5, else red. Its tooltip has all digits. */
export function RewardText({ reward, className }: { reward: number | null; className?: string }) {
  const tone = reward === null ? "text-muted-foreground" : reward >= 0.9 ? "text-success" : reward >= 0.5 ? "text-warning" : "text-danger"
  return (
    <span className={cn("tabular font-medium", tone, className)} title={reward === null ? undefined : String(reward)}>
      {formatScore(reward)}
    </span>
  )
}
