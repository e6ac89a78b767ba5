import { formatScore } from "@/lib/format.ts"
import { type BlockLook, blockLook } from "./block-look.ts"
import type { Scale } from "./reward-colour.ts"

interface RewardLegendProps {
  scale: Scale
  /** The shapes that the drawing beside it has. */
  shapes?: readonly Exclude<BlockLook["kind"], "reward">[]
}

const words = { unscored: "no reward", error: "error", truncated: "truncated", running: "in progress", pending: "waiting" }

/** What the colours and shapes of blocks mean. */
export function RewardLegend({ scale, shapes = [] }: RewardLegendProps) {
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-2xs text-muted-foreground">
      <span className="flex items-center gap-1.5">
        <span className="sr-only">Reward from</span>
        {formatScore(Math.min(0, scale.min))}
        <span
          aria-hidden
          className="h-2 w-20 rounded-[2px]"
          style={{ background: "linear-gradient(to right in oklab, var(--reward-low), var(--reward-middle), var(--reward-high))" }}
        />
        <span className="sr-only">to</span>
        {formatScore(Math.max(1, scale.max))}
      </span>
      {shapes.map((kind) => (
        <span key={kind} className="flex items-center gap-1.5">
          <span aria-hidden {...blockLook({ kind })} />
          {words[kind]}
        </span>
      ))}
    </p>
  )
}
