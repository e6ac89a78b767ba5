import type { FinalizeEvaluationResponse, JsonObject } from "../../../contract/index.ts"
import { cleanJson } from "../../base/json.ts"
import { tellRunEnded } from "../../outbox/tell-run-ended.ts"
import type { Db } from "../../store/db.ts"
import { averageReward, type EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { demandFindings } from "../../store/findings/run-findings.ts"
import { signalNotice } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { isOwnRun } from "./require-evaluation.ts"
import { requireLocal } from "./require-local.ts"
import { statisticsOf } from "./run-statistics.ts"
import { viewerUrl } from "./to-evaluation.ts"

/**
 * Ends a pushed evaluation. Samples that come later are still taken. What a hosted run attaches to itself says only its metrics so: the
 * platform ends its own runs.
 */
export async function finalizeEvaluation(ctx: Context, id: string, metrics: JsonObject | null): Promise<FinalizeEvaluationResponse> {
  const isAttached = isOwnRun(ctx, id)
  if (!isAttached) await requireLocal(ctx, id)
  const fields = metrics ? { metrics: cleanJson(metrics) } : {}
  const row = isAttached ? await change(ctx.db, id, fields) : await completeUpload(ctx, id, fields)
  return {
    evaluation_id: row.id,
    status: row.status,
    message: `${row.samplesDone} samples`,
    total_samples: row.samplesDone,
    avg_score: averageReward(row),
    min_score: row.rewardMin,
    max_score: row.rewardMax,
    viewer_url: viewerUrl(ctx.config.publicUrl, row.id),
  }
}

/** Ends an evaluation whose samples came from outside, with other fields that change with it. */
export async function completeUpload(ctx: Context, id: string, fields: Partial<EvaluationRecord> = {}): Promise<EvaluationRecord> {
  const row = await ctx.db.transaction(async (tx) => {
    const before = await lockEvaluation(tx, id)
    const after = await change(tx, id, { ...fields, status: "COMPLETED", phase: "ended", completedAt: new Date() })
    await demandFindings(tx, id)
    // One that is finalized again has been told of.
    if (before?.status !== after.status) await tellRunEnded(tx, after)
    return after
  })
  // They are kept, so that the first look at the result does not wait for them.
  await statisticsOf(ctx, row)
  return row
}

async function change(db: Db, id: string, fields: Partial<EvaluationRecord>): Promise<EvaluationRecord> {
  const row = (await updateEvaluation(db, id, fields)) as EvaluationRecord
  await signalNotice(db, row)
  return row
}
