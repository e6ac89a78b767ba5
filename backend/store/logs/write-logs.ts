import { and, desc, eq } from "drizzle-orm"
import { logLevels, logParts, logStreams } from "../../../contract/index.ts"
import { cleanText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { logChunks } from "../schema.ts"
import { type Chunk, chunkLines, cut, type Packed, type StoredLogLine, toChunk } from "./log-chunks.ts"

/** A last chunk that is shorter is filled up first: output that trickles would else make a row out of every line. */
const shortChunkLines = 200

/** Appends lines after line `from`; the caller holds the lock of the owner's row, so that numbers neither repeat nor leave gaps. */
export async function appendLogLines(db: Db, ownerId: string, from: number, lines: readonly StoredLogLine[]): Promise<void> {
  if (lines.length === 0) return
  const packed = lines.map(({ at, stream, level, text, part, shard }): Packed[number] => {
    const line = [Math.round(at), logStreams.indexOf(stream), logLevels.indexOf(level), cleanText(text)] as const
    if (shard !== undefined) return [...line, part ? logParts.indexOf(part) : null, shard]
    return part ? [...line, logParts.indexOf(part)] : [...line]
  })
  const filled = await fillLastChunk(db, ownerId, packed)
  const chunks: Chunk[] = []
  for (let i = filled; i < packed.length; ) {
    const part = cut(packed, i)
    chunks.push(toChunk(ownerId, from + i, part))
    i += part.length
  }
  if (chunks.length > 0) await db.insert(logChunks).values(chunks)
}

/** @returns how many lines the last chunk took */
async function fillLastChunk(db: Db, ownerId: string, packed: Packed): Promise<number> {
  const [last] = await db
    .select({ firstLine: logChunks.firstLine, lineCount: logChunks.lineCount })
    .from(logChunks)
    .where(eq(logChunks.ownerId, ownerId))
    .orderBy(desc(logChunks.firstLine))
    .limit(1)
  if (!last || last.lineCount >= shortChunkLines) return 0
  const place = and(eq(logChunks.ownerId, ownerId), eq(logChunks.firstLine, last.firstLine))
  const [chunk] = await db.select({ lines: logChunks.lines }).from(logChunks).where(place)
  const whole = cut([...(chunk?.lines ?? []), ...packed.slice(0, chunkLines)], 0)
  const taken = whole.length - last.lineCount
  if (taken <= 0) return 0
  await db
    .update(logChunks)
    .set(toChunk(ownerId, last.firstLine, whole))
    .where(place)
  return taken
}

export async function deleteLogLines(db: Db, ownerIds: string[]): Promise<void> {
  for (const ownerId of ownerIds) await db.delete(logChunks).where(eq(logChunks.ownerId, ownerId))
}
