import type { Baseline } from "../../../contract/index.ts"
import { invalid, notFound } from "../../base/errors.ts"
import { findBaseline, pinBaseline as pin, unpinBaseline as unpin } from "../../store/evaluations/baselines.ts"
import { averageReward, type EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { findEvaluation } from "../../store/evaluations/evaluations.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

const toBaseline = (row: EvaluationRecord): Baseline => ({ evaluation_id: row.id, mean: averageReward(row) })

/** The evaluation that others of an environment are compared with; null where none is pinned, or the caller may not see it. */
export async function readBaseline(ctx: Context, environmentId: string): Promise<Baseline | null> {
  const found = await findBaseline(ctx.db, ctx.viewer, environmentId)
  return found ? toBaseline(found) : null
}

/**
 * Pins an evaluation for an environment, in the place of the one before.
 * @throws ServiceError when the environment is someone else's, or the evaluation is of another one or has no sample
 */
export async function pinBaseline(ctx: Context, owner: string, name: string, evaluationId: string): Promise<Baseline> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  const found = await findEvaluation(ctx.db, ctx.viewer, evaluationId)
  if (!found) throw notFound("evaluation", evaluationId)
  const { evaluation } = found
  if (evaluation.environmentId !== environment.id) throw invalid(["evaluation_id"], `is not an evaluation of ${owner}/${name}`)
  if (evaluation.samplesDone === 0) throw invalid(["evaluation_id"], "is an evaluation without a sample: there is nothing to compare with")
  await ctx.db.transaction(async (tx) => {
    await pin(tx, environment.id, evaluation.id)
    await record(ctx, tx, {
      action: "baseline.pin",
      target: { kind: "environment", id: environment.id, name: `${owner}/${name}` },
      teamId: environment.teamId,
      details: { run: evaluation.id },
    })
  })
  return toBaseline(evaluation)
}

/** Takes the pin away, if there is one. @throws ServiceError when the environment is someone else's */
export async function unpinBaseline(ctx: Context, owner: string, name: string): Promise<void> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  await ctx.db.transaction(async (tx) => {
    await unpin(tx, environment.id)
    const target = { kind: "environment", id: environment.id, name: `${owner}/${name}` }
    await record(ctx, tx, { action: "baseline.unpin", target, teamId: environment.teamId })
  })
}
