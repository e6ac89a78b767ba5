import { type SQL, sql } from "drizzle-orm"
import { logLevels, logParts, logStreams } from "../../../contract/index.ts"
import { hasControls } from "../../../contract/logs/terminal-text.ts"
import type { logChunks } from "../schema.ts"

export interface StoredLogLine {
  /** Milliseconds since 1970. */
  at: number
  stream: (typeof logStreams)[number]
  level: (typeof logLevels)[number]
  text: string
  part?: (typeof logParts)[number]
  /** Of the attempt's processes the one that wrote it, from 0; none where there is one only, and for what the platform says. */
  shard?: number
}

export type NumberedLogLine = StoredLogLine & { n: number }

export type Chunk = typeof logChunks.$inferInsert

export type Packed = Chunk["lines"]

export const chunkLines = 500

const chunkCharacters = 128 * 1024

export const readAtOnce = 40

/** An answer that is longer than this ends early. */
export const answerCharacters = 4_000_000

/** Lines from `start` on that make one chunk: at least one. */
export function cut(packed: Packed, start: number): Packed {
  let end = start
  for (let characters = 0; end < packed.length && end - start < chunkLines; end++) {
    characters += packed[end]?.[3].length ?? 0
    if (end > start && characters > chunkCharacters) break
  }
  return packed.slice(start, end)
}

export function toChunk(ownerId: string, firstLine: number, lines: Packed): Chunk {
  let levels = 0
  let streams = 0
  for (const [, stream, level] of lines) {
    streams |= 1 << stream
    levels |= 1 << level
  }
  return { ownerId, firstLine, lineCount: lines.length, levels, streams, styled: lines.some(([, , , text]) => hasControls(text)), lines }
}

export const number = (chunk: Pick<Chunk, "firstLine" | "lines">): NumberedLogLine[] =>
  chunk.lines.map(([at, stream, level, text, part, shard], i) => ({
    n: chunk.firstLine + i,
    at,
    stream: logStreams[stream] ?? "stdout",
    level: logLevels[level] ?? "info",
    text,
    ...(typeof part === "number" ? { part: logParts[part] } : {}),
    ...(shard === undefined ? {} : { shard }),
  }))

/** The chunk that holds a line begins at or before it. */
export const chunkOf = (ownerId: string, line: number): SQL =>
  sql`(select coalesce(max(first_line), 0) from log_chunks where owner_id = ${ownerId} and first_line <= ${line})`
