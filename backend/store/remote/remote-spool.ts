import { and, eq, isNull, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { remoteAttempts, remoteSpool } from "../schema.ts"

/** The two streams that an attempt writes: what the runner reports, and what was printed. Both are lines of JSON. */
export type SpoolStream = "events" | "output"

export interface SpooledLines {
  offset: number
  /** In bytes, as they came. */
  size: number
  /** The lines, encrypted for their place. */
  sealedLines: Buffer
}

/** What lines of a stream are sealed for, so that none can be put in the place of others. */
export const spoolPlace = (attemptId: string, stream: SpoolStream, offset: number): string => `${attemptId}:${stream}:${offset}`

const received = (stream: SpoolStream) => (stream === "events" ? remoteAttempts.eventsReceived : remoteAttempts.outputReceived)

/** A piece of a stream: nothing of it for a sign of life. */
export interface SpoolPiece {
  tokenHash: string
  instance: string
  stream: SpoolStream
  offset: number
  size: number
  /** Seals the lines for their place in the stream of this attempt. */
  seal: (attemptId: string) => Buffer
}

/**
 * Adds lines to a stream, when they belong where it ends, and notes that the attempt lives. Either way once: two that bring the same lines
 * wait for each other, and the second finds that the stream goes on behind them.
 * @returns whether the attempt is asked to stop; undefined when the lines were not taken
 */
export async function appendSpooled(db: Db, piece: SpoolPiece): Promise<{ stop: boolean } | undefined> {
  const { tokenHash, instance, stream, offset, size } = piece
  const column = received(stream)
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(remoteAttempts)
      .set({ heardAt: sql`now()`, [stream === "events" ? "eventsReceived" : "outputReceived"]: offset + size })
      .where(
        and(
          eq(remoteAttempts.tokenHash, tokenHash),
          eq(remoteAttempts.instance, instance),
          isNull(remoteAttempts.fencedAt),
          eq(column, offset),
        ),
      )
      .returning({ id: remoteAttempts.id, stopRequestedAt: remoteAttempts.stopRequestedAt })
    if (!row) return undefined
    const place = spoolPlace(row.id, stream, offset)
    if (size > 0) await tx.insert(remoteSpool).values({ place, attemptId: row.id, stream, offset, size, sealedLines: piece.seal(row.id) })
    return { stop: row.stopRequestedAt !== null }
  })
}

/** How many bytes of an attempt wait to be read. */
export async function countUnread(db: Db, attemptId: string): Promise<number> {
  const [row] = await db
    .select({ bytes: sql<string>`coalesce(sum(${remoteSpool.size}), 0)` })
    .from(remoteSpool)
    .where(eq(remoteSpool.attemptId, attemptId))
  return Number(row?.bytes ?? 0)
}

/** Lines of a stream from an offset on, in order: about `bytes` of them, and at least one row where there is one. */
export async function readSpooled(db: Db, attemptId: string, stream: SpoolStream, offset: number, bytes: number): Promise<SpooledLines[]> {
  const { rows } = await db.execute<{ offset: string; size: number; sealed_lines: Buffer }>(sql`
    select "offset", size, sealed_lines from ${remoteSpool} join (
      select place, sum(size) over (order by "offset") - size as before
      from ${remoteSpool}
      where attempt_id = ${attemptId} and stream = ${stream} and "offset" >= ${offset}
    ) due using (place)
    where before < ${bytes}
    order by "offset"`)
  return rows.map((row) => ({ offset: Number(row.offset), size: row.size, sealedLines: row.sealed_lines }))
}

/** Deletes what lies before an offset. */
export async function deleteSpooled(db: Db, attemptId: string, stream: SpoolStream, offset: number): Promise<void> {
  await db
    .delete(remoteSpool)
    .where(and(eq(remoteSpool.attemptId, attemptId), eq(remoteSpool.stream, stream), lt(remoteSpool.offset, offset)))
}
