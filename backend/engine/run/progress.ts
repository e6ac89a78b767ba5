import type { JsonObject } from "../../../contract/index.ts"
import { cleanJson } from "../../base/json.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { type Found, foundAfter } from "../../store/samples/sample-batches.ts"
import type { Intake } from "../attempt/intake.ts"

/** How a piece of an attempt's spool changes the row of its run, apart from what its samples do. */
export function progressOf(row: EvaluationRecord, intake: Intake): Partial<EvaluationRecord> {
  const { total, samples, phase } = intake
  const metadata = metadataAfter(row, intake)
  // Of several processes one may still load the environment while another plays.
  const isStarting = row.phase !== "running" && total === null
  return {
    logLines: row.logLines + intake.logLines.length,
    rolloutsStarted: row.rolloutsStarted + intake.started,
    ...(total === null ? {} : { rolloutsTotal: total }),
    ...(metadata ? { metadata: cleanJson(metadata) } : {}),
    ...(total !== null || samples.length > 0 ? { phase: "running" as const, phaseDetail: null } : {}),
    ...(phase === "import" && isStarting ? { phaseDetail: "importing the environment" } : {}),
    ...(phase === "load" && isStarting ? { phaseDetail: "loading the environment" } : {}),
  }
}

/** What the run's metadata say of what arrived: harnesses, values that could not be kept, rollouts whose result could not be read. */
function metadataAfter(row: EvaluationRecord, { loaded, lostValues, refused }: Intake): JsonObject | null {
  if (!loaded?.harnesses && !lostValues && refused.length === 0) return null
  return {
    ...row.metadata,
    ...(loaded?.harnesses ? { harnesses: loaded.harnesses } : {}),
    ...(lostValues ? { lost_values: foundAfter(row.metadata.lost_values, lostValues) } : {}),
    ...(refused[0] ? { refused_rollouts: foundAfter(row.metadata.refused_rollouts, { count: refused.length, first: refused[0] }) } : {}),
  }
}

/** What is wrong with the results of a run whose environment says that it is done, in a sentence; null when every rollout has a sample. */
export function missingResults(row: EvaluationRecord): string | null {
  const stored = row.samplesDone - row.samplesToRedo
  const refused = row.metadata.refused_rollouts as Found | undefined
  if (!row.rolloutsTotal) return "The environment had no examples"
  if (stored === row.rolloutsTotal) return null
  if (stored > row.rolloutsTotal)
    return `${stored} samples arrived for ${row.rolloutsTotal} ${row.rolloutsTotal === 1 ? "rollout" : "rollouts"}`
  const missing = row.rolloutsTotal - stored
  return `${missing} of ${row.rolloutsTotal} rollouts ${missing === 1 ? "has" : "have"} no sample${refused ? `. The first: ${refused.first}` : ""}`
}

/** The size of the environment's dataset, when the environment reported it and no argument of the run can have changed it. */
export function datasetSizeOf(row: EvaluationRecord, { loaded }: Intake): number | null {
  const hasArguments = Object.keys((row.evalConfig?.env_args as object) ?? {}).length > 0
  return hasArguments ? null : (loaded?.dataset_size ?? null)
}
