import { isTerminal } from "../../../contract/index.ts"
import { episodeOf, episodeRow } from "../../../contract/traces/episode-row.ts"
import { groupBy } from "../../base/group-by.ts"
import type { Db } from "../../store/db.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { lockEvaluation, updateEvaluation } from "../../store/evaluations/evaluations.ts"
import { storeSamples, toNewSample } from "../../store/samples/sample-batches.ts"
import { markToReplace, nextRolloutIndexes } from "../../store/samples/samples.ts"
import { signalNotice } from "../../store/signals.ts"
import { digestOf, keepUnchanged, type StoredRecord, storeRecords } from "../../store/traces/store-records.ts"
import type { UploadedBy } from "../../store/traces/trace.ts"
import { isOwnedBy } from "../../store/viewer.ts"
import type { Context } from "../context.ts"
import type { ReadRecord } from "./read-record.ts"
import { traceError } from "./trace-error.ts"

type Upload = Omit<UploadedBy, "runType">

/** Writes the records of one upload within its transaction. Runs that they belong to are locked until it ends. */
export function recordWriter(ctx: Context, tx: Db, upload: Upload) {
  const runs = new Map<string, EvaluationRecord | null>()
  const runType = upload.context.run_type === "eval" || upload.context.run_type === "train" ? upload.context.run_type : "unknown"

  const write = async (records: ReadRecord[]): Promise<void> => {
    const byRun = groupBy(records, ({ episode, traces: [first] }) => episode?.runId ?? first?.runId ?? "")
    for (const [runId, ofRun] of byRun) {
      const run = runs.has(runId) ? (runs.get(runId) ?? null) : await openRun(ctx, tx, runId)
      const by = { ...upload, runType, owner: run ? (run.teamId ?? run.userId) : upload.owner } as const
      const belonging = ofRun.map((record) => belongTo(record, run))
      const unchanged = await keepUnchanged(tx, by, belonging)
      const news = belonging.filter((record) => !unchanged.has(digestOf(record)))
      const stored = await storeRecords(tx, by, news)
      runs.set(runId, run && !run.isHosted ? await toSamples(tx, run, news, stored) : run)
    }
  }

  const end = async (): Promise<void> => {
    for (const run of runs.values()) {
      if (!run) continue
      // An upload that goes on is none that stopped.
      const updated = await updateEvaluation(tx, run.id, {})
      if (updated) await signalNotice(tx, updated)
    }
  }

  return { write, end }
}

/**
 * The run of this id, locked; null where there is none, so that traces only name it.
 * @throws ServiceError for another account's run, and for one that takes nothing more
 */
async function openRun(ctx: Context, tx: Db, runId: string): Promise<EvaluationRecord | null> {
  const row = runId === "" ? undefined : await lockEvaluation(tx, runId)
  const isOwn = ctx.caller.kind === "run" ? row?.id === ctx.caller.evaluationId : !row || isOwnedBy(row, ctx.viewer)
  if (!isOwn)
    throw traceError(
      "forbidden",
      "forbidden",
      ctx.caller.kind === "run"
        ? "A run's own token may upload traces of that run only"
        : `The run ${JSON.stringify(runId)} belongs to somebody else`,
    )
  // Samples that come after a complete upload are still taken.
  if (row && !row.isHosted && isTerminal(row.status) && row.status !== "COMPLETED")
    throw traceError("conflict", "run_closed", `The run has ended: ${row.failure?.title ?? row.status}`)
  return row ?? null
}

const belongTo = (record: ReadRecord, run: EvaluationRecord | null): ReadRecord => ({
  ...record,
  episode: record.episode && { ...record.episode, evaluationId: run?.id ?? null },
  traces: record.traces.map((trace) => ({ ...trace, evaluationId: run?.id ?? null })),
})

/** Makes samples of an upload's records; one that came before is replaced. @returns the run as it is now */
async function toSamples(tx: Db, run: EvaluationRecord, records: ReadRecord[], stored: StoredRecord[]): Promise<EvaluationRecord> {
  if (records.length === 0) return run
  const rows = records.map(({ episode, light }) => episodeRow(episode ? light : episodeOf(light)))
  // As the flat samples of older uploads are told apart, so that an episode that comes both ways counts once.
  const keys = records.map(({ episode, traces: [first] }) => `id:${episode?.id ?? first?.id}:1`)
  const earlier = await markToReplace(tx, run.id, keys)
  const examples = rows.map(({ example_id }, i) => String(example_id ?? run.samplesDone + i))
  const next = await nextRolloutIndexes(tx, run.id, examples)
  const samples = rows.map((row, i) => {
    const [dedupeKey, exampleId] = [keys[i] as string, examples[i] as string]
    const nth = next.get(exampleId) ?? 0
    const known = earlier.get(dedupeKey)
    if (known === undefined) next.set(exampleId, nth + 1)
    const rolloutIndex = known ?? nth
    const { episodeKey = null, traceKeys = [] } = stored[i] ?? {}
    const document = episodeKey === null ? { episodeKey, traceKey: traceKeys[0] ?? null } : { episodeKey, traceKey: null }
    const identity = { dedupeKey, exampleId, rolloutIndex, order: run.samplesDone + i }
    return { ...toNewSample(row, identity, undefined, { rollout_number: rolloutIndex + 1 }), ...document }
  })
  return storeSamples(tx, run, samples)
}
