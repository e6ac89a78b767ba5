import type { RunQuestion } from "@/components/shared/run-dialogs.tsx"
import { modelOf, sizeOf } from "@/components/shared/run-facts.ts"
import { RunProgress } from "@/components/shared/run-progress.tsx"
import { StatusBadge } from "@/components/shared/status-badge.tsx"
import { cn } from "@/components/ui/cn.ts"
import { rowLink } from "@/components/ui/list/row-link.ts"
import { Td, Tr } from "@/components/ui/list/table.tsx"
import { TimeAgo } from "@/components/ui/text/time-ago.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { formatCount, formatMoney, formatScore, formatTokens } from "@/lib/format.ts"
import { EnvironmentLink, NameLink, RunButton, TypeBadge } from "./run-cells.tsx"

export interface RunProps {
  run: Evaluation
  /** It has just been launched. */
  isNew: boolean
  showEnvironment: boolean
  onAsk: (question: RunQuestion) => void
}

export function RunRow({ run, isNew, showEnvironment, onAsk }: RunProps) {
  const model = modelOf(run)
  return (
    <Tr className={cn("h-15 cursor-pointer", isNew && "bg-accent/8 shadow-[inset_3px_0_0_var(--color-accent)]")} {...rowLink}>
      <Td>
        <div className="flex flex-col gap-0.5">
          <span className="flex items-center gap-1.5">
            <StatusBadge run={run} />
            <TypeBadge run={run} />
          </span>
          <RunProgress run={run} />
        </div>
      </Td>
      <Td>
        <NameLink run={run} isNew={isNew} />
        {showEnvironment && <EnvironmentLink run={run} className="text-muted-foreground text-xs" />}
      </Td>
      <Td>
        <span className="block truncate font-mono text-xs" title={model ?? undefined}>
          <bdi>{model ?? "–"}</bdi>
        </span>
      </Td>
      <Td numeric>
        <span className="block font-medium">{formatScore(run.avg_score)}</span>
        <span className="block text-muted-foreground text-xs">{`n ${formatCount(run.total_samples)}`}</span>
      </Td>
      <Td numeric className="text-muted-foreground">
        {sizeOf(run)}
      </Td>
      <Td numeric className="text-muted-foreground">
        <UsageText run={run} />
      </Td>
      <Td>
        <TimeAgo at={run.created_at} className="block truncate" />
        <span className="block truncate text-muted-foreground text-xs" title={run.created_by ?? undefined}>
          {run.created_by && (
            <>
              by <bdi>{run.created_by}</bdi>
            </>
          )}
        </span>
      </Td>
      <Td className="px-2">
        <RunButton run={run} onAsk={onAsk} />
      </Td>
    </Tr>
  )
}

function UsageText({ run }: { run: Evaluation }) {
  const usage = run.usage
  if (!usage || usage.requests === 0) return <span>–</span>
  return (
    <span title={`${formatCount(usage.prompt_tokens)} prompt and ${formatCount(usage.completion_tokens)} completion tokens`}>
      <span className="block">{formatTokens(usage.prompt_tokens + usage.completion_tokens)}</span>
      <span className="block text-xs">{usage.cost_usd === null ? "" : formatMoney(usage.cost_usd)}</span>
    </span>
  )
}
