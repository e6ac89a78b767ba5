import { isTerminal, type ScoreAgainRequest } from "../../../../contract/index.ts"
import { invalid, ServiceError } from "../../../base/errors.ts"
import { findEnvironmentById } from "../../../store/environments/environments.ts"
import type { VersionRecord } from "../../../store/environments/version.ts"
import { findVersion } from "../../../store/environments/versions.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { signal } from "../../../store/signals.ts"
import { record } from "../../audit/record.ts"
import { admitRuns, checkAccount } from "../../billing/check-budget.ts"
import { type Context, requireUser } from "../../context.ts"
import { checkMayRun } from "../../environments/find-environments.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import { insertHostedRun } from "./insert-hosted-run.ts"
import { maskedSecrets, requireOneOffSecrets } from "./masked-secrets.ts"

/**
 * Queues a run that gives the stored rollouts of another one new rewards, by the rubric of a version of their environment. It does not ask
 * the model; a judge that the rubric asks is asked again. The other run stays as it is.
 * @throws ServiceError for a run under way, without samples or without its environment, for tasksets, weights of functions that the version
 *   does not have, one-off secrets that are missing, and when the account has used up its budget
 */
export async function scoreAgain(ctx: Context, id: string, input: ScoreAgainRequest): Promise<EvaluationRecord> {
  const userId = requireUser(ctx)
  const { evaluation } = await requireEvaluation(ctx, id)
  if (!isTerminal(evaluation.status)) throw new ServiceError("conflict", `The evaluation has not ended: ${evaluation.status}`)
  if (evaluation.samplesDone === 0) throw new ServiceError("conflict", "The evaluation has no samples that could be scored")
  const environment = evaluation.environmentId ? await findEnvironmentById(ctx.db, ctx.viewer, evaluation.environmentId) : undefined
  if (!environment)
    throw new ServiceError("conflict", "The environment of this evaluation is not on this platform, so nothing here can score it")
  checkMayRun(ctx, environment)
  const version = await findVersion(ctx.db, environment.environment, input.version)
  const label = `${environment.owner}/${environment.environment.name}`
  if (!version) throw invalid(["version"], `${label} has no published version ${JSON.stringify(input.version)}`)
  checkWeights(version, input.reward_weights ?? {})
  if (version.library && !/^0\.[0-3]\./.test(version.library.verifiers))
    throw new ServiceError("conflict", "Rollouts of a taskset cannot be scored again: its tasks score what they played")
  await checkAccount(ctx, evaluation)

  const secrets = input.custom_secrets ?? {}
  requireOneOffSecrets(evaluation, secrets)
  const config = { ...evaluation.evalConfig, ...(input.env_args ? { env_args: input.env_args } : {}), custom_secrets: secrets }
  return ctx.db.transaction(async (tx) => {
    await admitRuns(tx, { userId, teamId: evaluation.teamId }, 1)
    const row = await insertHostedRun(tx, ctx.config.secretKey, {
      environment,
      version,
      secrets,
      name: input.name ?? `${evaluation.name}, scored again`,
      userId,
      teamId: evaluation.teamId,
      modelName: evaluation.modelName,
      // An upload need not say what it was made with.
      evalConfig: { num_examples: -1, rollouts_per_example: 1, ...maskedSecrets(config) },
      rolloutsTotal: evaluation.samplesDone,
      scoresOf: { evaluation_id: evaluation.id, reward_weights: input.reward_weights ?? {} },
    })
    await signal(tx, "work")
    await record(ctx, tx, {
      action: "run.launch",
      target: { kind: "run", id: row.id, name: row.name },
      teamId: row.teamId,
      details: { scores_of: evaluation.id },
    })
    return row
  })
}

function checkWeights({ rewards }: VersionRecord, weights: Record<string, number>): void {
  if (!rewards) return
  const known = rewards.map(({ name }) => name)
  const unknown = Object.keys(weights).filter((name) => !known.includes(name))
  if (unknown.length > 0)
    throw invalid(["reward_weights"], `names ${unknown.join(", ")}, which this version does not have. It has ${known.join(", ")}`)
}
