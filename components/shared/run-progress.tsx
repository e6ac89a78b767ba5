import { cn } from "@/components/ui/cn.ts"
import { ProgressBar } from "@/components/ui/progress-bar.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { formatCount } from "@/lib/format.ts"
import { doneRollouts, erroredRollouts, expectedRollouts, hasProgress, phaseText, shortfallOf } from "./run-facts.ts"

/** What the run is doing, and a thin progress bar whose space is kept when there is nothing to show. */
export function RunProgress({ run, className }: { run: Evaluation; className?: string }) {
  const errored = erroredRollouts(run)
  const shortfall = shortfallOf(run)
  return (
    <div className={className}>
      <p className="tabular flex min-w-0 gap-2 text-muted-foreground text-xs">
        <span className={cn("min-w-0", run.status === "PENDING" && run.waits_for ? "line-clamp-2" : "truncate")} title={phaseText(run)}>
          {phaseText(run)}
        </span>
        {errored > 0 && <span className="shrink-0 text-danger">{`${formatCount(errored)} ${errored === 1 ? "error" : "errors"}`}</span>}
      </p>
      {shortfall && <p className="tabular text-warning text-xs">{shortfall}</p>}
      <div className="mt-1 h-1">
        {hasProgress(run) && (
          <ProgressBar
            value={doneRollouts(run)}
            max={expectedRollouts(run)}
            errored={errored}
            label={`Rollouts of ${run.name}`}
            className="h-1"
          />
        )}
      </div>
    </div>
  )
}
