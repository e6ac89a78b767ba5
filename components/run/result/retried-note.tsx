import { TriangleAlert } from "lucide-react"
import type { MeanWithInterval, RunStatistics } from "@/contract/index.ts"
import { counted, formatCount, formatScore } from "@/lib/format.ts"

/** That rollouts which failed first and were tried again score otherwise than the rest, where they do. */
export function RetriedNote({ statistics: { retried, samples, errored } }: { statistics: RunStatistics }) {
  if (!retried?.differs || !retried.mean || !retried.first_tries) return null
  const others = samples - errored - retried.samples
  return (
    <p role="note" className="flex items-start gap-2 rounded-md border border-warning/40 bg-warning/8 px-3 py-2 text-sm">
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <span>
        {`${counted(retried.samples, "rollout")} tried again after an error score ${meanText(retried.mean)}, the ${formatCount(others)} others ${meanText(retried.first_tries)}. `}
        That is more than chance: errors hit some examples, or some answers, more than others, and the mean depends on what was retried.
      </span>
    </p>
  )
}

function meanText({ mean, interval95 }: MeanWithInterval): string {
  return interval95
    ? `${formatScore(mean)} (95 % from ${formatScore(interval95.low)} to ${formatScore(interval95.high)})`
    : formatScore(mean)
}
