"use client"

import { useQueryClient } from "@tanstack/react-query"
import { LazyRewardHistogram } from "@/components/charts/lazy-reward-histogram.tsx"
import { RewardLegend } from "@/components/charts/reward-legend.tsx"
import { countsOf, expectedRollouts, rolloutsOf } from "@/components/shared/run-facts.ts"
import { WaitingPanel } from "@/components/shared/waiting-panel.tsx"
import { Card, CardBody, CardHeader } from "@/components/ui/card.tsx"
import { EmptyState } from "@/components/ui/empty-state.tsx"
import type {
  Evaluation,
  ListAttemptsResponse,
  ListErrorGroupsResponse,
  ListLogLinesResponse,
  ListRunSandboxesResponse,
  RunStatistics,
} from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { formatCount, formatScore } from "@/lib/format.ts"
import { browserReads } from "@/lib/live/browser-reads.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { type Seed, useRun, useRunPart, useStatistics } from "@/lib/live/use-run.ts"
import { Attempts } from "./attempts.tsx"
import { ErrorGroups } from "./error-groups.tsx"
import { FailurePanel } from "./failure-panel.tsx"
import { LogEnd } from "./log-end.tsx"
import { LostValues } from "./lost-values.tsx"
import { MetricCards } from "./metric-cards.tsx"
import { RefusedPermissions } from "./refused-permissions.tsx"
import { BlockBar } from "./rollouts/block-bar.tsx"
import { blocks } from "./rollouts/blocks.ts"
import { ByExample } from "./rollouts/by-example.tsx"
import { type Cells, readCells } from "./rollouts/cells.ts"
import { SandboxesCard } from "./sandboxes-card.tsx"
import { StatTiles } from "./stat-tiles.tsx"

interface OverviewProps {
  id: string
  run: Seed<Evaluation>
  statistics: Seed<RunStatistics>
  cells: Seed<Cells>
  log: Seed<ListLogLinesResponse>
  errors: Seed<ListErrorGroupsResponse>
  sandboxes: Seed<ListRunSandboxesResponse>
  attempts: Seed<ListAttemptsResponse> | null
}

export function Overview(props: OverviewProps) {
  const { id, run: runSeed, statistics: statisticsSeed, cells: cellsSeed, log, errors, attempts } = props
  const run = useRun(id, runSeed)
  const active = isActive(run.status)
  const statistics = useStatistics(id, statisticsSeed, active)
  const cells = useCells(id, cellsSeed, active)
  const sandboxes = useRunPart(queryKeys.runSandboxes(id), () => browserReads(id).sandboxes(), props.sandboxes, active)
  const expected = expectedRollouts(run)
  const underWay = active ? Math.max(0, (run.progress?.started ?? 0) - (run.progress?.done ?? 0)) : 0
  const bar = blocks(cells, statistics, active ? expected : null, underWay)
  const scale = { min: statistics.reward?.min ?? 0, max: statistics.reward?.max ?? 1 }
  const endedBadly = run.status === "FAILED" || run.status === "TIMEOUT" || run.status === "CANCELLED"
  const isPreparing = active && statistics.samples === 0
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <h2 className="sr-only">Overview</h2>
      <FailurePanel run={run} />
      <RefusedPermissions run={run} />
      <LostValues run={run} />
      <Attempts run={run} seed={attempts} />
      {endedBadly && run.is_hosted && <LogEnd id={id} seed={log} active={active} title="End of the log" />}
      {(active || statistics.samples > 0) && <StatTiles run={run} statistics={statistics} />}
      {!active && statistics.samples === 0 && !endedBadly && (
        <EmptyState title="No samples" level={3}>
          {run.is_hosted ? "The evaluation ended without a rollout." : "The evaluation was closed before any sample was uploaded to it."}
        </EmptyState>
      )}
      {bar.length > 0 && (
        <Card aria-labelledby="rollouts">
          <CardHeader id="rollouts" title="Rollouts" action={<RewardLegend scale={scale} shapes={["truncated", "error"]} />} />
          <CardBody>
            <BlockBar runId={id} blocks={bar} scale={scale} summary={summaryOf(run, statistics, underWay)} />
          </CardBody>
        </Card>
      )}
      <ErrorGroups run={run} seed={errors} active={active} />
      {isPreparing && <WaitingPanel run={run} />}
      {statistics.reward && (
        <div className="grid min-w-0 gap-4 xl:grid-cols-2">
          <Card aria-labelledby="rewards">
            <CardHeader id="rewards" title="Reward" />
            <CardBody className="flex flex-col gap-3">
              <LazyRewardHistogram distribution={statistics.reward} />
              <Spread statistics={statistics} />
            </CardBody>
          </Card>
          <ByExample runId={id} statistics={statistics} cells={cells} rollouts={rolloutsOf(run)} />
        </div>
      )}
      <MetricCards metrics={statistics.metrics} samples={statistics.samples} />
      <SandboxesCard list={sandboxes} />
      {active && run.is_hosted && <LogEnd id={id} seed={log} active={active} title="Log" />}
    </div>
  )
}

function useCells(id: string, seed: Seed<Cells>, active: boolean): Cells {
  const client = useQueryClient()
  const queryKey = queryKeys.sampleCells(id)
  return useRunPart(queryKey, () => readCells(browserReads(id), client.getQueryData<Cells>(queryKey)), seed, active)
}

function summaryOf(run: Evaluation, statistics: RunStatistics, underWay: number): string {
  const { examples } = statistics
  const { samples, errored } = countsOf(run, statistics)
  const expected = isActive(run.status) ? expectedRollouts(run) : null
  const landed =
    expected === null
      ? `${formatCount(samples)} rollouts`
      : `${formatCount(samples)} of ${formatCount(Math.max(expected, samples))} rollouts`
  return [
    `${landed} of ${formatCount(examples)} ${examples === 1 ? "example" : "examples"}`,
    `${formatCount(errored)} with errors`,
    ...(underWay > 0 ? [`${formatCount(underWay)} in progress`] : []),
    ...(statistics.reward ? [`mean reward ${formatScore(statistics.reward.mean)}`] : []),
  ].join(" · ")
}

function Spread({ statistics }: { statistics: RunStatistics }) {
  const reward = statistics.reward
  if (!reward) return null
  const values: [string, number][] = [
    ["Min", reward.min],
    ["25 %", reward.p25],
    ["Median", reward.median],
    ["75 %", reward.p75],
    ["Max", reward.max],
    ["Std", reward.std],
  ]
  return (
    <dl className="grid grid-cols-3 gap-2 text-sm sm:grid-cols-6">
      {values.map(([name, value]) => (
        <div key={name}>
          <dt className="text-muted-foreground text-xs">{name}</dt>
          <dd className="tabular">{formatScore(value)}</dd>
        </div>
      ))}
    </dl>
  )
}
