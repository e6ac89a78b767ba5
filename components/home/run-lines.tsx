import { environmentOf } from "@/components/shared/run-facts.ts"
import { baselineOf, hasReasonOnly, lookOf, scalesOf, statusText, titleOf } from "@/components/shared/runs/row-facts.ts"
import { RunNoteCell, RunResultCells, RunWhenCell } from "@/components/shared/runs/run-cells.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { rowLink } from "@/components/ui/list/row-link.ts"
import type { Evaluation } from "@/contract/index.ts"
import { columnDecimals } from "@/lib/format.ts"
import { paths } from "@/lib/paths.ts"

interface RunLinesProps {
  label: string
  runs: readonly Evaluation[]
  /** Runs that have ended since are new to the reader. */
  since: string | null
}

/** Runs in lines that only lead to them, as the list draws them. */
export function RunLines({ label, runs, since }: RunLinesProps) {
  const scaleOf = scalesOf(runs)
  const decimals = columnDecimals(runs.map((run) => run.avg_score))
  const showDifference = runs.some((run) => baselineOf(run) !== null)
  const isNew = ({ completed_at: at }: Evaluation) => Boolean(since && at && Date.parse(at) > Date.parse(since))
  return (
    <table aria-label={label} className="-mt-2.5 w-full table-fixed border-collapse text-left text-sm [--row:2.25rem] max-md:block">
      {/* The headers are out of sight, and so out of the layout. */}
      <colgroup className="max-md:hidden">
        <col className="w-6" />
        <col />
        <col className="w-36 xl:w-44" />
        <col className="w-44 xl:w-46" />
        {showDifference && <col className="w-20" />}
        <col className="w-[26%]" />
        <col className="w-20" />
      </colgroup>
      <thead className="sr-only">
        <tr>
          {["Status", "Run", "Environment", "Reward", ...(showDifference ? ["Difference to the baseline"] : []), "Rollouts", "When"].map(
            (name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody className="max-md:block">
        {runs.map((run) => {
          const title = titleOf(run)
          const environment = environmentOf(run)
          const look = lookOf(run)
          const hasReason = hasReasonOnly(run)
          return (
            <tr key={run.evaluation_id} data-plain className="run-row" {...rowLink}>
              <td data-look={look} title={statusText(run)}>
                {statusText(run)}
              </td>
              <td data-cell="run" className="font-mono text-xs">
                <Link
                  href={paths.evaluation(run.evaluation_id)}
                  data-row-link
                  prefetch={false}
                  title={run.name}
                  className="hover:underline"
                >
                  {title}
                </Link>
                {isNew(run) && (
                  <Badge tone="accent" className="ml-1.5 h-4 font-sans text-2xs">
                    New
                  </Badge>
                )}
              </td>
              <td data-cell="environment" title={environment.text}>
                {environment.text}
              </td>
              {!hasReason && (
                <RunResultCells run={run} scale={scaleOf(run)} decimals={decimals} title={title} showDifference={showDifference} />
              )}
              <RunNoteCell run={run} span={hasReason ? 2 + Number(showDifference) : 1} />
              <RunWhenCell run={run} />
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
