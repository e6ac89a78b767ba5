import type { Progress } from "../../../contract/index.ts"
import type { evaluations } from "../schema.ts"

export type EvaluationRecord = typeof evaluations.$inferSelect

/** Mean of the rewards stored so far; null before the first. */
export const averageReward = (row: EvaluationRecord): number | null => (row.rewardCount === 0 ? null : row.rewardSum / row.rewardCount)

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
