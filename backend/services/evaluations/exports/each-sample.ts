import type { JsonObject } from "../../../../contract/index.ts"
import { isObject, objectOf } from "../../../../contract/samples/row-values.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { eachDocument, toBodies } from "../../../store/samples/body-of-traces.ts"
import { eachStoredPage, eachStoredSample } from "../../../store/samples/sample-bodies.ts"
import type { Context } from "../../context.ts"

/** Every sample that is stored by now, with its body. */
export const eachWholeSample = (ctx: Context, { id, samplesDone }: EvaluationRecord) => eachStoredSample(ctx.db, id, samplesDone)

/** The bodies of the same samples. */
export async function* eachSample(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<JsonObject> {
  for await (const { body } of eachWholeSample(ctx, evaluation)) yield body
}

/** The episodes of verifiers v1 among the same samples: their bytes as they came, or what a row says where they did not come so. */
export async function* eachEpisode(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<Uint8Array | JsonObject> {
  for await (const rows of eachStoredPage(ctx.db, evaluation.id, evaluation.samplesDone)) {
    const left = rows.map(({ stored }) => stored)
    for await (const document of eachDocument(ctx.db, [...left])) {
      const stored = left.shift()
      if (document) yield document
      else if (stored) {
        const [body] = await toBodies(ctx.db, [stored])
        const episode = objectOf(body?.info).native_wrapper
        if (isObject(episode)) yield episode
      }
    }
  }
}
