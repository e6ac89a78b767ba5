import { and, eq, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { remoteSpool } from "../schema.ts"

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

/** A piece of a stream: nothing of it for a sign of life. */
export interface SpoolPiece {
  tokenHash: string
  instance: string
  stream: SpoolStream
  offset: number
  size: number
  /** The lines, sealed for their place in the stream of this attempt. */
  sealedLines: Buffer
  place: string
  /** With more of the attempt unread than this many bytes, these included, they are not taken. */
  unreadBytesMax: number
}

/**
 * Adds lines to a stream, when they belong where it ends and there is room for them, and notes that the attempt lives. Either way once: two that
 * bring the same lines wait for each other, and the second finds that the stream goes on behind them. One statement, since a fleet asks for little
 * else.
 * @returns whether the attempt is asked to stop; undefined when the lines were not taken
 */
export async function appendSpooled(db: Db, piece: SpoolPiece): Promise<{ stop: boolean } | undefined> {
  const { tokenHash, instance, stream, offset, size, sealedLines, place, unreadBytesMax } = piece
  const received = sql.raw(stream === "events" ? "events_received" : "output_received")
  const isLine = sql`${size}::int > 0`
  const unread = sql`(select coalesce(sum(size), 0) from remote_spool where attempt_id = remote_attempts.id)`
  const { rows } = await db.execute<{ stop: boolean }>(sql`
    with moved as (
      update remote_attempts set heard_at = now(), ${received} = ${offset + size}
      where token_hash = ${tokenHash} and instance = ${instance} and fenced_at is null and ${received} = ${offset}
        and (not ${isLine} or ${unread} + ${size}::int <= ${unreadBytesMax})
      returning id, stop_requested_at is not null as stop
    ), added as (
      insert into remote_spool (place, attempt_id, stream, "offset", size, sealed_lines)
      select ${place}, id, ${stream}, ${offset}, ${size}::int, ${sealedLines} from moved where ${isLine}
    )
    select stop from moved`)
  return rows[0]
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
