import "./run-row.css"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { Ruler } from "@/components/charts/ruler.tsx"
import { doneRollouts, erroredRollouts, expectedRollouts, hasProgress } from "@/components/shared/run-facts.ts"
import { cn } from "@/components/ui/cn.ts"
import { useNow, useWhen } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { formatInColumn } from "@/lib/format.ts"
import { ProgressBlocks } from "./progress-blocks.tsx"
import { baselineOf, differenceText, errorsText, lookOf, paceText, sizeText, statusText } from "./row-facts.ts"

interface RunRewardProps {
  run: Evaluation
  scale: Scale
  /** Those of the rewards that are listed. */
  decimals: number
  title: string
}

/** What came out of a run, and how that differs from the baseline where some run of the list has one. A run that failed has its reason in their place. */
export function RunResultCells({ showDifference, ...reward }: RunRewardProps & { showDifference: boolean }) {
  return (
    <>
      <td data-cell="reward" className="tabular">
        <RunReward {...reward} />
      </td>
      {showDifference && <td className="tabular text-right max-md:hidden">{differenceText(reward.run)}</td>}
    </>
  )
}

/** What came out of a run, or how far it is. */
function RunReward({ run, scale, decimals, title }: RunRewardProps) {
  if (hasProgress(run))
    return (
      <>
        <ProgressBlocks
          label={`Rollouts of ${title}`}
          done={doneRollouts(run)}
          errored={erroredRollouts(run)}
          total={expectedRollouts(run)}
        />
        {formatInColumn(run.avg_score, decimals)}
      </>
    )
  if (run.avg_score === null) return null
  return (
    <>
      <Ruler
        label={`Reward of ${title}`}
        mean={run.avg_score}
        interval={run.interval95}
        baseline={baselineOf(run)?.mean}
        scale={scale}
        className="w-20 md:w-24 xl:w-28"
      />
      {formatInColumn(run.avg_score, decimals)}
    </>
  )
}

/**
 * How large a run is, and how it stands.
 * @param span how many columns it takes: a reason stands in those of the result, too
 */
export function RunNoteCell({ run, span }: { run: Evaluation; span: number }) {
  const look = lookOf(run)
  return (
    <td
      data-cell="note"
      colSpan={span > 1 ? span : undefined}
      className={cn("tabular", look === "done" && "max-md:hidden", look === "failed" && "text-danger")}
    >
      <RunNote run={run} />
    </td>
  )
}

/** How large the run is; for one that failed the reason, for one that is under way what is left of it. */
function RunNote({ run }: { run: Evaluation }) {
  const now = useNow()
  const look = lookOf(run)
  if (look === "failed") return <span title={run.error_message ?? undefined}>{run.error_message ?? statusText(run)}</span>
  if (look === "live" || look === "waiting") return paceText(run, now)
  const errors = errorsText(run)
  return (
    <>
      {sizeText(run)}
      {errors && <span className="text-danger">{errors}</span>}
    </>
  )
}

/** When a run was made. */
export function RunWhenCell({ run }: { run: Evaluation }) {
  const { text, title } = useWhen(run.created_at)
  return (
    <td
      data-cell="note"
      title={title}
      suppressHydrationWarning
      // On a phone it has the place of what is to be said of the run.
      className={cn("tabular text-right", lookOf(run) !== "done" && "max-md:hidden")}
    >
      {text}
    </td>
  )
}
