import { createHash } from "node:crypto"
import type { JsonObject } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { storeSamples, toNewSample } from "../../store/samples/sample-batches.ts"
import { signalNotice } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { requireLocal } from "./require-local.ts"

/** Hash of a row, the same for every client: the upload after a local run leaves out `id`, `prime eval push` repeats it. */
export function contentHash(row: JsonObject): string {
  const { id, ...rest } = row
  const fields = Object.entries(id === (rest.example_id ?? id) ? { ...rest, example_id: id } : row)
  return createHash("sha256")
    .update(JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest("hex")
}

/**
 * Appends samples. A batch may come twice, when its answer was lost: a sample that is stored already is not stored again.
 * Two samples are the same when their ids are, or, without ids, when they are equal byte for byte at the same position of the batch.
 */
export async function pushSamples(ctx: Context, id: string, batch: JsonObject[]): Promise<EvaluationRecord> {
  await requireLocal(ctx, id)
  const seen = new Map<string, number>()
  const keys = batch.map((row) => {
    const own = row.sample_id ?? row.trajectory_id
    const text = typeof own === "string" && own !== "" ? `id:${own}` : `sha256:${contentHash(row)}`
    const times = (seen.get(text) ?? 0) + 1
    seen.set(text, times)
    return `${text}:${times}`
  })
  return ctx.db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    const perExample = new Map<string, number>()
    const updated = await storeSamples(
      tx,
      row,
      batch.map((sample, i) => {
        // verifiers v1 counts its rollouts from 1.
        const given = typeof sample.rollout_number === "number" ? sample.rollout_number - 1 : sample.rollout_index
        const example = String(sample.example_id ?? sample.id ?? row.samplesDone + i)
        const nth = perExample.get(example) ?? 0
        perExample.set(example, nth + 1)
        return toNewSample(sample, {
          dedupeKey: keys[i] as string,
          rolloutIndex: typeof given === "number" && Number.isInteger(given) && given >= 0 ? given : nth,
          order: row.samplesDone + i,
        })
      }),
    )
    await signalNotice(tx, updated)
    return updated
  })
}
