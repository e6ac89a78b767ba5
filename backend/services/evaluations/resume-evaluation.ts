import { canResume, type ResumeHostedEvaluationRequest, type ResumeMode } from "../../../contract/index.ts"
import { encrypt, runSecretsContext } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { deleteRunSecrets, insertRunSecrets } from "../../store/evaluations/run-secrets.ts"
import { markForRedo } from "../../store/samples/samples.ts"
import { signal, signalNotice } from "../../store/signals.ts"
import { findRunSpend } from "../../store/usage/budgets.ts"
import { record } from "../audit/record.ts"
import { admitRuns, checkAccount } from "../billing/check-budget.ts"
import { type Context, requireUser } from "../context.ts"
import { checkMayRun } from "../environments/find-environments.ts"
import { maskedSecrets, requireOneOffSecrets } from "./launch/masked-secrets.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/**
 * Queues an ended run again, to do the missing rollouts, those that ended with an error, or both. Stored samples stay, and an
 * errored one counts until its replacement is there. The time limit and the run's budget start over.
 * @throws ServiceError for a local evaluation, one that is under way or has nothing left to do, when secrets of the run are missing, and when
 *   its account has used up its budget
 */
export async function resumeEvaluation(
  ctx: Context,
  id: string,
  { mode, custom_secrets: given }: ResumeHostedEvaluationRequest,
): Promise<EvaluationRecord> {
  const userId = requireUser(ctx)
  const { evaluation } = await requireEvaluation(ctx, id)
  if (!evaluation.isHosted) throw new ServiceError("conflict", "This evaluation did not run on the platform, so it cannot go on here")
  if (!evaluation.versionId || !(await findVersionById(ctx.db, evaluation.versionId)))
    throw new ServiceError("conflict", "The version of the environment that this run used was deleted: start a new run")
  const environment = evaluation.environmentId ? await findEnvironmentById(ctx.db, ctx.viewer, evaluation.environmentId) : undefined
  if (!environment) throw new ServiceError("conflict", "The environment of this run is no longer there for you, so it cannot go on")
  checkMayRun(ctx, environment)
  const secrets = given ?? {}
  requireOneOffSecrets(evaluation, secrets)

  await checkAccount(ctx, evaluation)
  const spend = await findRunSpend(ctx.db, id)
  const used = { usd: spend?.usdInAll ?? 0, tokens: spend?.tokensInAll ?? 0 }

  return ctx.db.transaction(async (tx) => {
    await admitRuns(tx, evaluation, 1)
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    if (!canResume(row.status)) throw new ServiceError("conflict", `The evaluation has not ended: ${row.status}`)
    const nothing = nothingToDo(row, mode)
    if (nothing) throw new ServiceError("conflict", nothing)
    const toRedo = await markForRedo(tx, id, mode !== "missing")
    const names = Object.keys(secrets)
    const updated = (await updateEvaluation(tx, id, {
      status: "PENDING",
      phase: "queued",
      phaseDetail: null,
      failure: null,
      resume: { mode, userId, used },
      samplesToRedo: toRedo,
      ...(isSettled(row) ? { settling: { kind: "off" as const, why: "a person had it go on after its answer was settled" } } : {}),
      rolloutsStarted: row.samplesDone - toRedo,
      cancelRequestedAt: null,
      startedAt: null,
      completedAt: null,
      deadlineAt: null,
      leaseOwner: null,
      leaseUntil: null,
      handle: null,
      machine: null,
      gatewayPort: null,
      ...(names.length > 0
        ? {
            evalConfig: maskedSecrets({ ...row.evalConfig, custom_secrets: secrets }),
          }
        : {}),
    })) as EvaluationRecord
    await deleteRunSecrets(tx, id)
    if (names.length > 0) await insertRunSecrets(tx, id, encrypt(ctx.config.secretKey, JSON.stringify(secrets), runSecretsContext(id)))
    await signalNotice(tx, updated)
    await signal(tx, "work")
    await record(ctx, tx, { action: "run.resume", target: { kind: "run", id, name: row.name }, teamId: row.teamId, details: { mode } })
    return updated
  })
}

const isSettled = ({ settling }: EvaluationRecord): boolean => settling?.kind === "settled"

function nothingToDo(row: EvaluationRecord, mode: ResumeMode): string | null {
  // Without a total it is unknown what is missing, unless the run has done everything.
  const missing = isSettled(row) || (row.rolloutsTotal === null ? row.status !== "COMPLETED" : row.samplesDone < row.rolloutsTotal)
  const errored = row.samplesErrored > 0
  if (mode === "missing") return missing ? null : "No rollout of this run is missing"
  if (mode === "errors_only") return errored ? null : "No rollout of this run ended with an error"
  return missing || errored ? null : "No rollout of this run is missing, and none ended with an error"
}
