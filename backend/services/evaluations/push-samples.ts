import { createHash } from "node:crypto"
import { exampleIdOf, type JsonObject, stringifyExact } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation } from "../../store/evaluations/evaluations.ts"
import { noteUnanswered, takeUnanswered } from "../../store/evaluations/unanswered.ts"
import { storeSamples, toNewSample } from "../../store/samples/sample-batches.ts"
import { nextRolloutIndexes } from "../../store/samples/samples.ts"
import { signalNotice } from "../../store/signals.ts"
import type { Context } from "../context.ts"
import { countLostValues } from "./lost-values.ts"
import { requireLocal } from "./require-local.ts"

/** Hash of a row, the same for every client: the upload after a local run leaves out `id`, `prime eval push` repeats it. */
export function contentHash(row: JsonObject): string {
  const { id, ...rest } = row
  const fields = Object.entries(id === (rest.example_id ?? id) ? { ...rest, example_id: id } : row)
  return sha256(stringifyExact(fields.sort(([a], [b]) => (a < b ? -1 : 1))))
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

/**
 * Appends samples. A batch may come twice, when its answer was lost, and is stored once. Samples with an id of their own are the same
 * when their ids are. Others are the same only in a batch that is the same as a whole: equal samples of different batches are rollouts
 * that came out alike. A batch of one sample may be just that, so it counts as sent again only if its first answer found nobody.
 * @param received whether the client has left before its answer, and how many NaN and infinities stand as null in the batch
 * @returns the run, and how many samples of the batch were stored
 */
export async function pushSamples(
  ctx: Context,
  id: string,
  batch: JsonObject[],
  { isGone = () => false, nonFinite = 0 }: { isGone?: () => boolean; nonFinite?: number } = {},
): Promise<{ evaluation: EvaluationRecord; stored: number }> {
  await requireLocal(ctx, id)
  // Ids tell samples apart by themselves, and hashing a batch of 25 MB takes a while.
  const hash = batch.every(ownIdOf) ? "" : sha256([id, ...batch.map(contentHash)].join())
  const isSingle = batch.length === 1 && hash !== ""
  const isSentAgain = isSingle && (await takeUnanswered(ctx.db, id, hash))
  const keys = dedupeKeys(batch, hash)
  const result = await appendSamples(ctx, id, isSentAgain ? [] : batch, keys, nonFinite)
  // Whoever sent it will send it again, perhaps to another process.
  if (isSingle && isGone()) await noteUnanswered(ctx.db, id, hash)
  return result
}

/**
 * Appends samples of a run that was not executed here.
 * @param keys what makes each of them the same one when it arrives again
 * @param nonFinite how many NaN and infinities stand as null in them
 * @returns the run, and how many were stored
 */
export async function appendSamples(
  ctx: Context,
  id: string,
  batch: JsonObject[],
  keys: string[],
  nonFinite = 0,
): Promise<{ evaluation: EvaluationRecord; stored: number }> {
  return ctx.db.transaction(async (tx) => {
    const row = await lockEvaluation(tx, id)
    if (!row) throw new ServiceError("not_found", "The evaluation was deleted")
    const examples = batch.map((sample, i) => exampleIdOf(sample) || String(row.samplesDone + i))
    const isFirst = row.samplesDone + row.samplesSuperseded === 0
    const next = isFirst ? new Map<string, number>() : await nextRolloutIndexes(tx, id, examples)
    const samples = batch.map((sample, i) => {
      const exampleId = examples[i] as string
      const nth = next.get(exampleId) ?? 0
      next.set(exampleId, nth + 1)
      const identity = { dedupeKey: keys[i] as string, rolloutIndex: givenIndex(sample) ?? nth, order: row.samplesDone + i, exampleId }
      return toNewSample(sample, identity)
    })
    const before = await storeSamples(tx, row, samples)
    const evaluation = before.samplesDone > row.samplesDone ? await countLostValues(tx, before, samples, nonFinite) : before
    await signalNotice(tx, evaluation)
    return { evaluation, stored: evaluation.samplesDone - row.samplesDone }
  })
}

/** The id that the client gave a sample; null or empty when it gave none. */
function ownIdOf(row: JsonObject): string | null {
  const own = row.sample_id ?? row.trajectory_id
  return typeof own === "string" ? own : null
}

/** What makes each sample of a batch the same one when it arrives again. */
function dedupeKeys(batch: JsonObject[], hash: string): string[] {
  const seen = new Map<string, number>()
  return batch.map((row, i) => {
    const own = ownIdOf(row)
    if (own) {
      const times = (seen.get(own) ?? 0) + 1
      seen.set(own, times)
      return `id:${own}:${times}`
    }
    if (batch.length > 1) return `batch:${hash}:${i}`
    return givenIndex(row) === null ? `single:${crypto.randomUUID()}` : `sha256:${contentHash(row)}`
  })
}

/** The rollout's place among those of its example, from 0, where the row has it. verifiers v1 counts from 1. */
function givenIndex(row: JsonObject): number | null {
  const given = typeof row.rollout_number === "number" ? row.rollout_number - 1 : row.rollout_index
  return typeof given === "number" && Number.isInteger(given) && given >= 0 && given < 2 ** 31 ? given : null
}
