"use client"

import { useWatch } from "react-hook-form"
import type { RunEstimate } from "@/contract/index.ts"
import { runFields } from "@/contract/run-config.ts"
import { stringifyExact } from "@/contract/text/exact-json.ts"
import { argumentValues } from "../arguments/launch-arguments.ts"
import { type LaunchOutline, outlineOf } from "../launch-outline.ts"
import type { LaunchValues } from "../launch-schema.ts"
import type { LaunchTarget } from "../launch-target.ts"
import { type ExpectedRun, expectedRun } from "./run-estimate.ts"
import { useEstimates } from "./use-estimates.ts"

export interface LaunchPlan {
  values: LaunchValues
  outline: LaunchOutline
  /** Null while it is not known, and where the models are asked elsewhere. */
  expected: ExpectedRun | null
  /** No earlier run of the environment says anything about the next one. */
  isFirst: boolean
  rewards: RunEstimate["rewards"]
}

/** What the form's values come to, now. */
export function usePlan(target: LaunchTarget, models: readonly string[]): LaunchPlan {
  const values = useWatch() as LaunchValues
  const args = stringifyExact(argumentValues(target.arguments ?? null, values.env_args))
  const estimates = useEstimates(target.id, models, args)
  const known = estimates.flatMap((estimate) => estimate ?? [])
  const outline = outlineOf(values, target, models, known[0]?.examples)
  const lanes = runFields.max_concurrent.shape.safeParse(values.max_concurrent)
  const isElsewhere = Boolean(values.api_base_url)
  const isComplete = known.length === models.length && !isElsewhere
  return {
    values,
    outline,
    expected: isComplete ? expectedRun(known, outline.rollouts, lanes.success ? lanes.data : runFields.max_concurrent.default) : null,
    isFirst: isComplete && known.some(({ runs }) => runs === 0),
    // Of the models that are compared, those are hardest to tell apart whose rewards scatter most.
    rewards: known.reduce<RunEstimate["rewards"]>(
      (widest, { rewards }) => (rewards && (!widest || spreadOf(rewards) > spreadOf(widest)) ? rewards : widest),
      null,
    ),
  }
}

const spreadOf = ({ between, within }: NonNullable<RunEstimate["rewards"]>): number => between + within
