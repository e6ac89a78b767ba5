import type { EvaluationStatus, JsonObject, MessageType } from "../../contract/index.ts"
import type { Db } from "../store/db.ts"
import { findBaseline } from "../store/evaluations/baselines.ts"
import { averageReward, type EvaluationRecord } from "../store/evaluations/evaluation.ts"
import { listChannelsForRun } from "../store/notifications/rules.ts"
import { queueMessages } from "../store/outbox/messages.ts"
import { findRunBefore } from "../store/schedules/schedules.ts"

const typeOf: Partial<Record<EvaluationStatus, MessageType>> = {
  COMPLETED: "evaluation.completed",
  FAILED: "evaluation.failed",
  TIMEOUT: "evaluation.failed",
  CANCELLED: "evaluation.cancelled",
}

/** What messages about a run say of it. */
export function runData(run: EvaluationRecord): JsonObject {
  const [environment] = run.environments
  return {
    evaluation_id: run.id,
    name: run.name,
    status: run.status,
    environment: environment ? [environment.owner, environment.name].filter(Boolean).join("/") : null,
    model_name: run.modelName,
    team_id: run.teamId,
    mean_reward: averageReward(run),
    samples: run.samplesDone,
    errored: run.samplesErrored,
    failure: run.failure ? { class: run.failure.class, title: run.failure.title } : null,
  }
}

/**
 * Queues what people want to be told of a run that has ended, in the transaction that ends it. Whether it is worse than its baseline takes
 * longer to find out: that is asked when the message is sent, which is taken back where it is not.
 * @param run the row as it ends
 */
export async function tellRunEnded(tx: Db, run: EvaluationRecord): Promise<void> {
  const type = typeOf[run.status]
  if (!type || !run.completedAt) return
  // A run that was resumed ends again.
  const cause = `run:${run.id}:${run.completedAt.getTime()}`
  const events = type === "evaluation.failed" ? (["ended", "failed"] as const) : (["ended"] as const)
  const about = { evaluationId: run.id, data: runData(run) }
  await queueMessages(tx, { ...about, cause, type }, await listChannelsForRun(tx, run, [...events]))
  if (type === "evaluation.completed") await tellRegression(tx, run, cause, about)
}

async function tellRegression(
  tx: Db,
  run: EvaluationRecord,
  cause: string,
  about: { evaluationId: string; data: JsonObject },
): Promise<void> {
  if (run.environmentId === null || run.samplesDone === 0) return
  const channels = await listChannelsForRun(tx, run, ["regressed"])
  if (channels.length === 0) return
  const owner = run.teamId === null ? { userId: run.userId, teamIds: [], roles: {} } : { userId: null, teamIds: [run.teamId], roles: {} }
  const baseline = (await findRunBefore(tx, run)) ?? (await findBaseline(tx, owner, run.environmentId))
  if (!baseline || baseline.id === run.id) return
  const data = { ...about.data, baseline_id: baseline.id, baseline_name: baseline.name, verdict: null }
  await queueMessages(tx, { ...about, cause: `${cause}:baseline`, type: "evaluation.regressed", data }, channels)
}
