import type { JsonObject } from "../../../../contract/index.ts"
import { isObject, objectOf } from "../../../../contract/samples/row-values.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { eachDocument, toBodies } from "../../../store/samples/body-of-traces.ts"
import type { SampleRecord } from "../../../store/samples/sample.ts"
import { listStoredSamplesAfter } from "../../../store/samples/sample-bodies.ts"
import type { Context } from "../../context.ts"

/** Whole samples may be megabytes each, so few are read at once. */
const bodiesPerRead = 20

type StoredSamples = Awaited<ReturnType<typeof listStoredSamplesAfter>>

/** Every sample that is stored by now, in the order of storing, a few at a time. */
async function* eachPage(ctx: Context, { id, samplesDone }: EvaluationRecord): AsyncGenerator<StoredSamples> {
  for (let after = 0, left = samplesDone; left > 0; ) {
    const rows = await listStoredSamplesAfter(ctx.db, id, after, Math.min(bodiesPerRead, left))
    yield rows
    if (rows.length === 0) return
    after = rows.at(-1)?.sample.seq ?? after
    left -= rows.length
  }
}

/** Every sample that is stored by now, with its body. */
export async function* eachWholeSample(
  ctx: Context,
  evaluation: EvaluationRecord,
): AsyncGenerator<{ sample: SampleRecord; body: JsonObject }> {
  for await (const rows of eachPage(ctx, evaluation)) {
    const bodies = await toBodies(
      ctx.db,
      rows.map(({ stored }) => stored),
    )
    for (const [i, { sample }] of rows.entries()) yield { sample, body: bodies[i] ?? {} }
  }
}

/** The bodies of the same samples. */
export async function* eachSample(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<JsonObject> {
  for await (const { body } of eachWholeSample(ctx, evaluation)) yield body
}

/** The episodes of verifiers v1 among the same samples: their bytes as they came, or what a row says where they did not come so. */
export async function* eachEpisode(ctx: Context, evaluation: EvaluationRecord): AsyncGenerator<Uint8Array | JsonObject> {
  for await (const rows of eachPage(ctx, evaluation)) {
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
