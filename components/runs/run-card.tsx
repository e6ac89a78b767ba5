import { modelOf, sizeOf } from "@/components/shared/run-facts.ts"
import { RunProgress } from "@/components/shared/run-progress.tsx"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { cn } from "@/components/ui/cn.ts"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import { formatCount, formatScore } from "@/lib/format.ts"
import { EnvironmentLink, NameLink, RunButton, TypeBadge } from "./run-cells.tsx"
import type { RunProps } from "./run-row.tsx"

/** A run on a narrow screen. */
export function RunCard({ run, isNew, showEnvironment, onAsk }: RunProps) {
  return (
    <li className={cn("flex min-w-0 flex-col gap-2 rounded-lg border bg-card p-3", isNew && "border-accent")} {...rowLink}>
      <div className="flex items-center gap-1.5">
        <StatusBadge run={run} />
        <TypeBadge run={run} />
        <span className="grow" />
        <RunButton run={run} onAsk={onAsk} />
      </div>
      <NameLink run={run} isNew={isNew} />
      <RunProgress run={run} />
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-sm">
        {showEnvironment && <Fact name="Environment" value={<EnvironmentLink run={run} />} />}
        <Fact
          name="Model"
          value={
            <span className="block truncate font-mono text-xs">
              <bdi>{modelOf(run) ?? "–"}</bdi>
            </span>
          }
        />
        <Fact name="Reward" value={`${formatScore(run.avg_score)} (n ${formatCount(run.total_samples)}, ${sizeOf(run)})`} />
        <Fact name="Created" value={<TimeAgo at={run.created_at} />} />
      </dl>
    </li>
  )
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="tabular min-w-0">{value}</dd>
    </>
  )
}
