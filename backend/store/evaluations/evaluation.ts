import { eq, sql } from "drizzle-orm"
import type { Progress } from "../../../contract/index.ts"
import type { ChangesOf, NewOf, Selected } from "../fields.ts"
import { evaluations } from "../schema.ts"
import { meanOfSum } from "./reward-sum.ts"

export const evaluationFields = {
  id: evaluations.id,
  name: evaluations.name,
  userId: evaluations.userId,
  teamId: evaluations.teamId,
  isHosted: evaluations.isHosted,
  evalType: evaluations.evalType,
  status: evaluations.status,
  phase: evaluations.phase,
  phaseDetail: evaluations.phaseDetail,
  environmentId: evaluations.environmentId,
  versionId: evaluations.versionId,
  environments: evaluations.environments,
  suiteId: evaluations.suiteId,
  scheduleId: evaluations.scheduleId,
  runId: evaluations.runId,
  modelName: evaluations.modelName,
  dataset: evaluations.dataset,
  framework: evaluations.framework,
  taskType: evaluations.taskType,
  description: evaluations.description,
  notes: evaluations.notes,
  tags: evaluations.tags,
  metadata: evaluations.metadata,
  metrics: evaluations.metrics,
  evalConfig: evaluations.evalConfig,
  isPublic: evaluations.isPublic,
  showOnLeaderboard: evaluations.showOnLeaderboard,
  idempotencyKey: evaluations.idempotencyKey,
  idempotencyHash: evaluations.idempotencyHash,
  failure: evaluations.failure,
  refusedPermissions: evaluations.refusedPermissions,
  rolloutsTotal: evaluations.rolloutsTotal,
  rolloutsStarted: evaluations.rolloutsStarted,
  samplesDone: evaluations.samplesDone,
  samplesErrored: evaluations.samplesErrored,
  samplesSuperseded: evaluations.samplesSuperseded,
  samplesToRedo: evaluations.samplesToRedo,
  rewardSum: evaluations.rewardSum,
  rewardExponent: evaluations.rewardExponent,
  rewardCount: evaluations.rewardCount,
  rewardMin: evaluations.rewardMin,
  rewardMax: evaluations.rewardMax,
  logLines: evaluations.logLines,
  attempt: evaluations.attempt,
  leaseOwner: evaluations.leaseOwner,
  leaseUntil: evaluations.leaseUntil,
  machine: evaluations.machine,
  gatewayPort: evaluations.gatewayPort,
  resume: evaluations.resume,
  settling: evaluations.settling,
  scoresOf: evaluations.scoresOf,
  cancelRequestedAt: evaluations.cancelRequestedAt,
  deadlineAt: evaluations.deadlineAt,
  handle: evaluations.handle,
  eventsOffset: evaluations.eventsOffset,
  outputOffset: evaluations.outputOffset,
  executor: evaluations.executor,
  archivedAt: evaluations.archivedAt,
  createdAt: evaluations.createdAt,
  startedAt: evaluations.startedAt,
  completedAt: evaluations.completedAt,
  updatedAt: evaluations.updatedAt,
}

/**
 * Which runs a prepared query is of. Of one run it is a statement of its own: Postgres takes any list of ids for ten, which costs more than making a plan
 * for one.
 */
export const whichRuns = {
  one: eq(evaluations.id, sql.placeholder("id")),
  list: sql`${evaluations.id} = any(${sql.placeholder("ids")}::text[])`,
}

/** A run as the store knows it: hosted, or uploaded. */
export type EvaluationRecord = Selected<typeof evaluationFields>
export type NewEvaluation = NewOf<typeof evaluationFields>
export type EvaluationChanges = ChangesOf<typeof evaluationFields>

/** Mean of the rewards stored so far; null before the first. */
export const averageReward = (row: EvaluationRecord): number | null => (row.rewardCount === 0 ? null : meanOfSum(row, row.rewardCount))

/** How far a run is. What a resumed run is still to do again is not done, although it counts in the results as it is. */
export function progressOf(row: EvaluationRecord): Progress {
  const done = row.samplesDone - row.samplesToRedo
  return {
    total: row.rolloutsTotal,
    started: Math.max(row.rolloutsStarted, done),
    done,
    errored: row.samplesErrored - row.samplesToRedo,
  }
}
