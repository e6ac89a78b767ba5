"use client"

import { useQueryClient } from "@tanstack/react-query"
import { useQueryStates } from "nuqs"
import { type ReactNode, useCallback } from "react"
import { rolloutsOf, withEarlier } from "@/components/shared/run-facts.ts"
import { WaitingPanel } from "@/components/shared/waiting-panel.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import { Section } from "@/components/ui/section.tsx"
import type {
  Evaluation,
  ListAttemptsResponse,
  ListErrorGroupsResponse,
  ListLogLinesResponse,
  ListRunSandboxesResponse,
  RunStatistics,
} from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { passThreshold } from "@/contract/statistics/pass-threshold.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useAttempts, useRun, useRunPart, useStatistics } from "@/lib/live/use-run.ts"
import { Attempts } from "./attempts.tsx"
import { Rail } from "./facts/rail.tsx"
import { FailurePanel } from "./failure-panel.tsx"
import { StandsOut } from "./findings/stands-out.tsx"
import { LogEnd } from "./log-end.tsx"
import { Metrics } from "./metrics.tsx"
import { overviewSearch } from "./overview-search.ts"
import { PassRates } from "./result/pass-rates.tsx"
import { Result } from "./result/result.tsx"
import { HumanReview } from "./reviews/human-review.tsx"
import { ByExample } from "./rollouts/by-example.tsx"
import { type Cells, readCells } from "./rollouts/cells.ts"
import { EveryRollout } from "./rollouts/every-rollout.tsx"
import { Sandboxes } from "./sandboxes.tsx"
import { useCompleteRead } from "./use-complete-read.ts"

interface OverviewProps {
  id: string
  run: Seed<Evaluation>
  statistics: Seed<RunStatistics>
  cells: Seed<Cells>
  log: Seed<ListLogLinesResponse>
  errors: Seed<ListErrorGroupsResponse>
  sandboxes: Seed<ListRunSandboxesResponse>
  attempts: Seed<ListAttemptsResponse> | null
  /** The run's notes as the server has drawn them, which spares the page the reader of Markdown. */
  notes: ReactNode
}

/** A run: what it says and what proves it first, then what stands out, and the rows behind it. */
export function Overview(props: OverviewProps) {
  const { id, run: runSeed, statistics: statisticsSeed, cells: cellsSeed, log, errors } = props
  const [{ pass }, setSearch] = useQueryStates(overviewSearch.parsers)
  const choosePass = useCallback((chosen: number | null) => void setSearch({ pass: chosen }), [setSearch])
  const row = useRun(id, runSeed)
  const active = isActive(row.status)
  const statistics = useStatistics(id, statisticsSeed, active, pass)
  useCompleteRead(row, statistics.samples)
  const cells = useCells(row, cellsSeed, active)
  const sandboxes = useRunPart(queryKeys.runSandboxes(id), () => browserReads(id).sandboxes(), props.sandboxes, active)
  const attempts = useAttempts(row, props.attempts)
  // The row of a resumed run has the start of its newest attempt; tokens and cost are those of all.
  const { run, earlierMs } = withEarlier(row, attempts.data?.attempts ?? [])
  const scale = { min: statistics.reward?.min ?? 0, max: statistics.reward?.max ?? 1 }
  const endedBadly = run.status === "FAILED" || run.status === "TIMEOUT" || run.status === "CANCELLED"
  const hasResult = active || statistics.samples > 0
  return (
    <div className="grid min-w-0 gap-x-10 gap-y-7 xl:grid-cols-[minmax(0,1fr)_17rem] xl:grid-rows-[auto_1fr]">
      <div className="flex min-w-0 flex-col gap-7">
        <FailurePanel run={run} />
        {endedBadly && run.is_hosted && <LogEnd id={id} seed={log} active={active} title="End of the log" />}
        {hasResult && (
          <Result run={run} statistics={statistics} earlierMs={earlierMs} threshold={pass ?? passThreshold} onThreshold={choosePass} />
        )}
        {!hasResult && !endedBadly && <NoSamples run={run} />}
      </div>
      <div className="xl:col-start-2 xl:row-span-2 xl:row-start-1">
        <Rail run={run} statistics={statistics} earlierMs={earlierMs} />
      </div>
      <div className="flex min-w-0 flex-col gap-7">
        <EveryRollout run={run} statistics={statistics} cells={cells} scale={scale} />
        <StandsOut run={run} statistics={statistics} cells={cells} scale={scale} errors={errors} />
        {run.notes && (
          <Section id="notes" title="Notes">
            {props.notes}
          </Section>
        )}
        {active && statistics.samples === 0 && <WaitingPanel run={run} />}
        <HumanReview runId={id} reward={statistics.reward} threshold={pass ?? passThreshold} />
        <Metrics run={run} statistics={statistics} />
        <PassRates run={run} statistics={statistics} />
        <ByExample runId={id} statistics={statistics} cells={cells} rollouts={rolloutsOf(run)} />
        <Attempts run={row} seed={props.attempts} />
        <Sandboxes list={sandboxes} />
        {active && run.is_hosted && <LogEnd id={id} seed={log} active={active} title="Log" />}
      </div>
    </div>
  )
}

function NoSamples({ run }: { run: Evaluation }) {
  return (
    <EmptyState title="No samples">
      {run.is_hosted ? "The evaluation ended without a rollout." : "The evaluation was closed before any sample was uploaded to it."}
    </EmptyState>
  )
}

function useCells(run: Evaluation, seed: Seed<Cells>, active: boolean): Cells {
  const client = useQueryClient()
  const id = run.evaluation_id
  const queryKey = queryKeys.sampleCells(id)
  return useRunPart(queryKey, () => readCells(browserReads(id), run, client.getQueryData<Cells>(queryKey)), seed, active)
}
