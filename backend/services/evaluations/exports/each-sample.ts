import type { JsonObject } from "../../../../contract/index.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { listSampleBodiesAfter } from "../../../store/samples/sample-bodies.ts"
import type { Context } from "../../context.ts"

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

/** Every sample that is stored by now, in the order of storing, a few at a time. */
export async function* eachSample(ctx: Context, { id, samplesDone }: EvaluationRecord): AsyncGenerator<JsonObject> {
  for (let after = 0, left = samplesDone; left > 0; ) {
    const rows = await listSampleBodiesAfter(ctx.db, id, after, Math.min(bodiesPerRead, left))
    for (const { body } of rows) yield body
    if (rows.length === 0) return
    after = rows.at(-1)?.seq ?? after
    left -= rows.length
  }
}
