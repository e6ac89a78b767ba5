"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useEffect, useRef } from "react"
import { LiveIndicator } from "@/components/shared/live-indicator.tsx"
import {
  doneRollouts,
  environmentOf,
  erroredRollouts,
  expectedRollouts,
  hasProgress,
  modelOf,
  phaseText,
} from "@/components/shared/run-facts.ts"
import { StatusDot, StatusWord } from "@/components/shared/status-dot.tsx"
import { Bar, BarSeparator } from "@/components/shell/bar.tsx"
import { Badge } from "@/components/ui/badge.tsx"
import { Link } from "@/components/ui/link.tsx"
import { ProgressBar } from "@/components/ui/progress-bar.tsx"
import { TabsNav } from "@/components/ui/tabs-nav.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRun } from "@/lib/live/use-run.ts"
import { paths } from "@/lib/paths.ts"
import { type RunAbilities, RunButtons } from "./run-buttons.tsx"

export interface RunHeaderProps {
  id: string
  seed: Seed<Evaluation>
  can: RunAbilities
}

/** State, environment, model, parts and mean of a run in one line above all its tabs. */
export function RunHeader({ id, seed, can }: RunHeaderProps) {
  const run = useRun(id, seed)
  useFinalRead(id, isActive(run.status))
  return (
    <Bar
      tabs={
        <>
          <TabsNav
            label="Parts of the evaluation"
            tabs={[
              { href: paths.evaluation(id), label: "Overview" },
              { href: paths.samples(id), label: "Samples", count: run.total_samples },
              { href: paths.logs(id), label: "Logs" },
            ]}
          />
          <Standing run={run} />
        </>
      }
      actions={<RunButtons run={run} can={can} />}
    >
      <h1 className="sr-only">{run.name}</h1>
      <StatusDot run={run} />
      {!run.is_hosted && <Badge className="text-2xs">LOCAL</Badge>}
      <div className="flex min-w-0 flex-col sm:flex-row sm:items-center sm:gap-2.5">
        <EnvironmentName run={run} />
        <BarSeparator className="max-sm:hidden" />
        <bdi className="min-w-0 truncate font-mono text-xs max-sm:leading-4" title={modelOf(run) ?? undefined}>
          {modelOf(run) ?? "–"}
        </bdi>
      </div>
      {hasProgress(run) && (
        <div className="absolute inset-x-0 -bottom-px">
          <ProgressBar
            value={doneRollouts(run)}
            max={expectedRollouts(run)}
            errored={erroredRollouts(run)}
            label={`Rollouts of ${run.name}`}
            className="h-0.5 rounded-none bg-transparent"
          />
        </div>
      )}
    </Bar>
  )
}

function EnvironmentName({ run }: { run: Evaluation }) {
  const { text: slug, version, href } = environmentOf(run)
  // What was uploaded without an environment is known by its own name.
  const text = slug === "–" ? run.name : slug
  const full = version ? `${text}@${version}` : text
  // Whose it is stands in the title: the line has room for the name.
  const name = <bdi>{run.environment?.name ?? text}</bdi>
  if (!href)
    return (
      <span className="min-w-0 truncate font-semibold" title={full}>
        {name}
      </span>
    )
  return (
    <Link href={href} title={full} className="min-w-0 truncate rounded-sm font-semibold hover:underline">
      {name}
    </Link>
  )
}

/** How a run stands: what it is doing while it is under way, errors, and the mean of its rewards so far. */
function Standing({ run }: { run: Evaluation }) {
  const active = isActive(run.status)
  const errored = erroredRollouts(run)
  return (
    <p className="tabular ml-auto flex min-w-0 items-center gap-3 text-muted-foreground text-xs">
      <StatusWord run={run} />
      {active && <LiveIndicator className="max-2xl:hidden" />}
      {active && (
        <span className="min-w-0 truncate max-sm:hidden" title={phaseText(run)}>
          {phaseText(run)}
        </span>
      )}
      {errored > 0 && <span className="shrink-0 text-danger">{`${formatCount(errored)} ${errored === 1 ? "error" : "errors"}`}</span>}
      {run.avg_score !== null && run.avg_score !== undefined && (
        <span className="shrink-0 text-foreground text-sm" title={`Mean reward: ${run.avg_score}`}>
          <span className="sr-only">Mean reward </span>
          {formatScore(run.avg_score)}
        </span>
      )}
    </p>
  )
}

/** When a run ends, its parts are refetched: the last samples may have arrived together with the end. */
function useFinalRead(id: string, active: boolean): void {
  const client = useQueryClient()
  const wasActive = useRef(active)
  useEffect(() => {
    if (wasActive.current && !active)
      for (const queryKey of [queryKeys.statistics(id), queryKeys.samples(id), queryKeys.logTail(id)])
        void client.invalidateQueries({ queryKey })
    wasActive.current = active
  }, [client, id, active])
}
