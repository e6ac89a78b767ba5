import { groupBy } from "../../base/group-by.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { replaceSampleTexts } from "../../store/samples/sample-texts.ts"
import { withdrawSamples } from "../../store/samples/withdraw-samples.ts"
import { signalNotice } from "../../store/signals.ts"
import { deleteTraces as deleteRows, listEvaluationsOfTraces, type TracesToDelete } from "../../store/traces/delete-traces.ts"
import type { Context } from "../context.ts"
import { readerOf } from "./owner.ts"
import { notThere } from "./trace-error.ts"

/** Deletes every copy of a trace, or those that were made at a moment. @throws ServiceError when there is none */
export async function deleteTrace(ctx: Context, id: string, createdAt: string | null): Promise<void> {
  const count = await deleteWith(ctx, { owner: readerOf(ctx), traceId: id, createdAt: createdAt === null ? null : new Date(createdAt) })
  if (count === 0) throw notThere("trace", id)
}

/** Deletes every trace of a run; its episodes stay, without them. @throws ServiceError when it has none */
export async function deleteRunTraces(ctx: Context, runId: string): Promise<void> {
  const count = await deleteWith(ctx, { owner: readerOf(ctx), runId })
  if (count === 0) throw notThere("run", runId)
}

/** Samples that nothing is left of leave the lists of their runs. */
async function deleteWith(ctx: Context, which: TracesToDelete): Promise<number> {
  return ctx.db.transaction(async (tx) => {
    const runs = new Map<string, Awaited<ReturnType<typeof lockEvaluation>>>()
    for (const id of await listEvaluationsOfTraces(tx, which)) runs.set(id, await lockEvaluation(tx, id))
    const { traces, bereft, changed } = await deleteRows(tx, which)
    for (const { evaluationId, sampleId } of changed) await replaceSampleTexts(tx, evaluationId, sampleId)
    for (const [id, samples] of groupBy(bereft, ({ evaluationId }) => evaluationId)) {
      const row = runs.get(id)
      if (!row) continue
      const updated = await withdrawSamples(
        tx,
        row,
        samples.map(({ sampleId }) => sampleId),
      )
      await signalNotice(tx, updated)
    }
    return traces
  })
}
