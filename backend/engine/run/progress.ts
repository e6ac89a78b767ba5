import { cleanJson } from "../../base/json.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { Intake } from "../attempt/intake.ts"

/** How a piece of an attempt's spool changes the row of its run, apart from what its samples do. */
export function progressOf(row: EvaluationRecord, intake: Intake): Partial<EvaluationRecord> {
  const { loaded, total, samples, phase } = intake
  return {
    logLines: row.logLines + intake.logLines.length,
    rolloutsStarted: row.rolloutsStarted + intake.started,
    ...(total === null ? {} : { rolloutsTotal: total }),
    ...(loaded?.harnesses ? { metadata: cleanJson({ ...row.metadata, harnesses: loaded.harnesses }) } : {}),
    ...(total !== null || samples.length > 0 ? { phase: "running" as const, phaseDetail: null } : {}),
    ...(phase === "import" ? { phaseDetail: "importing the environment" } : {}),
    ...(phase === "load" ? { phaseDetail: "loading the environment" } : {}),
  }
}

/** The size of the environment's dataset, when the environment reported it and no argument of the run can have changed it. */
export function datasetSizeOf(row: EvaluationRecord, { loaded }: Intake): number | null {
  const hasArguments = Object.keys((row.evalConfig?.env_args as object) ?? {}).length > 0
  return hasArguments ? null : (loaded?.dataset_size ?? null)
}
