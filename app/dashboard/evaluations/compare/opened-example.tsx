import type { ReactNode } from "react"
import { compareHref } from "@/components/compare/compare-href.ts"
import type { CompareState } from "@/components/compare/compare-search.ts"
import { scaleOf, secondRun } from "@/components/compare/compare-view.tsx"
import { ExampleDetail, type Side } from "@/components/compare/example/example-detail.tsx"
import { rolloutsToShow } from "@/components/compare/example/rollouts-to-show.ts"
import type { ComparedRollout, CompareExamplesResponse, CompareResponse } from "@/contract/compare/compare.ts"
import { serverReads } from "../[id]/reads.ts"

/** The example that the address opens, with the two rollouts that it names, or those that show the difference best; null for none. */
export async function openedExample(
  state: CompareState,
  comparison: CompareResponse,
  examples: CompareExamplesResponse,
): Promise<ReactNode> {
  const example = examples.examples.find(({ example_id: id }) => id === state.example)
  if (!example) return null
  const shown = [0, secondRun(comparison, state)] as const
  const rollouts = shown.map((i) => example.runs[i]?.rollouts ?? []) as [ComparedRollout[], ComparedRollout[]]
  const [left, right] = rolloutsToShow(...rollouts, example.difference ?? 0)
  const named = (list: readonly ComparedRollout[], id: string | null) => list.find(({ sample_id }) => sample_id === id)
  const chosen = [named(rollouts[0], state.left) ?? left, named(rollouts[1], state.right) ?? right]
  const sides = await Promise.all(
    shown.map(async (index, side): Promise<Side> => {
      const run = comparison.runs[index] as CompareResponse["runs"][number]
      const rollout = chosen[side]
      return {
        runId: run.evaluation_id,
        label: run.label,
        rollouts: rollouts[side] as ComparedRollout[],
        chosen: rollout ? { rollout, sample: (await serverReads(run.evaluation_id).sample(rollout.sample_id)).sample } : null,
        href: (sampleId) =>
          compareHref(state, {
            after: state.after,
            example: example.example_id,
            left: side === 0 ? sampleId : (chosen[0]?.sample_id ?? null),
            right: side === 1 ? sampleId : (chosen[1]?.sample_id ?? null),
          }),
      }
    }),
  )
  return <ExampleDetail left={sides[0] as Side} right={sides[1] as Side} scale={scaleOf(examples)} />
}
