import { useState } from "react"
import type { Scale } from "@/components/charts/reward-colour.ts"
import { RewardLegend } from "@/components/charts/reward-legend.tsx"
import { countsOf, expectedRollouts, rolloutsOf } from "@/components/shared/run-facts.ts"
import { Section } from "@/components/ui/section.tsx"
import type { Evaluation, RunStatistics } from "@/contract/index.ts"
import { isActive } from "@/contract/run-states.ts"
import { counted, formatCount } from "@/lib/format.ts"
import type { Cells } from "./cells.ts"
import { GroupBar } from "./group-bar.tsx"
import { areFew, heatColumns } from "./heat-columns.ts"
import { HeatMap, isTurned } from "./heat-map.tsx"

interface EveryRolloutProps {
  run: Evaluation
  statistics: RunStatistics
  cells: Cells
  scale: Scale
}

/** Every rollout of the run, with those still to come, as blocks; groups of examples where they are many. Nothing where there are none. */
export function EveryRollout({ run, statistics, cells, scale }: EveryRolloutProps) {
  const active = isActive(run.status)
  // Who watched the run keeps the blocks where they are when it ends.
  const [order] = useState(active ? ("arrival" as const) : ("hardest first" as const))
  const expected = active ? expectedRollouts(run) : null
  const underWay = active ? Math.max(0, (run.progress?.started ?? 0) - (run.progress?.done ?? 0)) : 0
  const groups = statistics.example_groups ?? []
  const few = areFew(cells, expected)
  const columns = few
    ? heatColumns(cells.cells, { rollouts: active ? (expected ?? 0) : null, perExample: rolloutsOf(run), underWay, order })
    : []
  if (few ? columns.length === 0 : groups.length === 0) return null
  const shapes = (["truncated", "error"] as const).filter((kind) => statistics[kind === "error" ? "errored" : kind] > 0)
  return (
    <Section
      id="rollouts"
      title={few ? "Every rollout" : "Rollouts in groups"}
      note={
        few
          ? active
            ? progressNote(run, statistics, expected, underWay)
            : `a ${isTurned(columns) ? "row" : "column"} for each example, ${order === "arrival" ? "in the order of their first rollouts" : "the hardest first"}`
          : "one block for neighbouring examples, coloured by their mean"
      }
      action={<RewardLegend scale={scale} shapes={active ? [...shapes, "running", "pending"] : shapes} />}
    >
      {few ? (
        <HeatMap runId={run.evaluation_id} columns={columns} scale={scale} label="Rollouts by example" />
      ) : (
        <GroupBar runId={run.evaluation_id} groups={groups} scale={scale} />
      )}
    </Section>
  )
}

/** How far a run under way has come. */
function progressNote(run: Evaluation, statistics: RunStatistics, expected: number | null, underWay: number): string {
  const { samples } = countsOf(run, statistics)
  const done =
    expected === null ? counted(samples, "rollout") : `${formatCount(samples)} of ${counted(Math.max(expected, samples), "rollout")}`
  return underWay > 0 ? `${done}, ${formatCount(underWay)} in progress` : done
}
