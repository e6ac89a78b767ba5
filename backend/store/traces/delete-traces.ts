import { and, eq, inArray, or, type SQL, sql } from "drizzle-orm"
import { groupBy } from "../../base/group-by.ts"
import type { Db } from "../db.ts"
import { episodes, sampleBodies, samples, traces, traceUploads } from "../schema.ts"

/** Every copy of a trace, or those that were made at a moment; or every trace of a run. */
export type TracesToDelete = { owner: string } & ({ traceId: string; createdAt: Date | null } | { runId: string })

const matching = (which: TracesToDelete): SQL =>
  and(
    eq(traces.owner, which.owner),
    ...("runId" in which
      ? [eq(traces.runId, which.runId)]
      : [eq(traces.id, which.traceId), which.createdAt ? eq(traces.createdAt, which.createdAt) : undefined]),
  ) as SQL

/** A sample that was made of the traces. */
interface Touched {
  evaluationId: string
  sampleId: string
}

/** The run's samples may change with its traces, so these are locked first. */
export async function listEvaluationsOfTraces(db: Db, which: TracesToDelete): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: traces.evaluationId })
    .from(traces)
    .where(and(matching(which), sql`${traces.evaluationId} is not null`))
    .orderBy(traces.evaluationId)
  return rows.flatMap(({ id }) => id ?? [])
}

/**
 * Deletes traces. Receipts of their uploads go too, so that the same bytes can be uploaded again; episodes stay, without them.
 * @returns how many there were, the samples that nothing is left of, and those of which something is
 */
export async function deleteTraces(tx: Db, which: TracesToDelete): Promise<{ traces: number; bereft: Touched[]; changed: Touched[] }> {
  const found = await tx
    .select({ key: traces.key, owner: traces.owner, uploadId: traces.uploadId, episodeKey: traces.episodeKey })
    .from(traces)
    .where(matching(which))
    .for("update")
  if (found.length === 0) return { traces: 0, bereft: [], changed: [] }
  const keys = sql.param(found.map(({ key }) => key))
  const episodeKeys = sql.param([...new Set(found.flatMap(({ episodeKey }) => episodeKey ?? []))])
  const made = await tx
    .select({ evaluationId: samples.evaluationId, sampleId: samples.id, episodeKey: sampleBodies.episodeKey })
    .from(sampleBodies)
    .innerJoin(samples, eq(samples.id, sampleBodies.sampleId))
    .where(or(sql`${sampleBodies.traceKey} = any(${keys}::bigint[])`, sql`${sampleBodies.episodeKey} = any(${episodeKeys}::bigint[])`))
  await tx.delete(traces).where(sql`${traces.key} = any(${keys}::bigint[])`)
  // An episode that comes again is no longer what is stored.
  await tx.update(episodes).set({ digest: "" }).where(sql`${episodes.key} = any(${episodeKeys}::bigint[])`)
  const left = await tx
    .selectDistinct({ key: traces.episodeKey })
    .from(traces)
    .where(sql`${traces.episodeKey} = any(${episodeKeys}::bigint[])`)
  const remaining = new Set(left.map(({ key }) => key))
  for (const [owner, ofOwner] of groupBy(found, (one) => one.owner))
    await tx
      .delete(traceUploads)
      .where(and(eq(traceUploads.owner, owner), inArray(traceUploads.id, [...new Set(ofOwner.map(({ uploadId }) => uploadId))])))
  const isBereft = ({ episodeKey }: { episodeKey: number | null }) => episodeKey === null || !remaining.has(episodeKey)
  return {
    traces: found.length,
    bereft: made.filter(isBereft),
    changed: made.filter((one) => !isBereft(one)),
  }
}
