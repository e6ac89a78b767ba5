import type { JsonObject } from "../../../../contract/index.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import { listWholeSamplesAfter } from "../../../store/samples/sample-bodies.ts"
import type { Context } from "../../context.ts"

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

/** Every sample that is stored by now, in the order of storing, a few at a time. */
export async function* eachWholeSample(
  ctx: Context,
  { id, samplesDone }: EvaluationRecord,
): AsyncGenerator<{ sample: SampleRecord; body: JsonObject }> {
  for (let after = 0, left = samplesDone; left > 0; ) {
    const rows = await listWholeSamplesAfter(ctx.db, id, after, Math.min(bodiesPerRead, left))
    yield* rows
    if (rows.length === 0) return
    after = rows.at(-1)?.sample.seq ?? after
    left -= rows.length
  }
}

/** The bodies of the same samples. */
export async function* eachSample(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<JsonObject> {
  for await (const { body } of eachWholeSample(ctx, evaluation)) yield body
}
