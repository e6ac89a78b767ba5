import { and, asc, between, desc, eq, gte, lt, or, type SQL, sql } from "drizzle-orm"
import { type LogFilter, logLevels, logStreams } from "../../../contract/index.ts"
import { withoutControls } from "../../../contract/terminal-text.ts"
import { cleanText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { logChunks } from "../schema.ts"

export interface StoredLogLine {
  /** Milliseconds since 1970. */
  at: number
  stream: (typeof logStreams)[number]
  level: (typeof logLevels)[number]
  text: string
}
export type NumberedLogLine = StoredLogLine & { n: number }

type Chunk = typeof logChunks.$inferInsert
type Packed = Chunk["lines"]

const chunkLines = 500
const chunkCharacters = 128 * 1024
/** A last chunk that is shorter is filled up first: output that trickles would else make a row out of every line. */
const shortChunkLines = 200
/** What one request looks through at most: about 0.2 s. Whoever asked goes on from where it ended. */
const searchedChunks = 400
/** Chunks that are skipped by their levels and streams cost next to nothing. */
const skimmedChunks = 10_000
const readAtOnce = 40
/** An answer that is longer than this ends early. */
const answerCharacters = 4_000_000

/** Appends lines after line `from`; the caller holds the lock of the owner's row, so that numbers neither repeat nor leave gaps. */
export async function appendLogLines(db: Db, ownerId: string, from: number, lines: readonly StoredLogLine[]): Promise<void> {
  if (lines.length === 0) return
  const packed: Packed = lines.map(({ at, stream, level, text }) => [
    Math.round(at),
    logStreams.indexOf(stream),
    logLevels.indexOf(level),
    cleanText(text),
  ])
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

/** Lines from `start` on that make one chunk: at least one. */
function cut(packed: Packed, start: number): Packed {
  let end = start
  for (let characters = 0; end < packed.length && end - start < chunkLines; end++) {
    characters += packed[end]?.[3].length ?? 0
    if (end > start && characters > chunkCharacters) break
  }
  return packed.slice(start, end)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters other than tab and newline are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

function toChunk(ownerId: string, firstLine: number, lines: Packed): Chunk {
  let levels = 0
  let streams = 0
  for (const [, stream, level] of lines) {
    streams |= 1 << stream
    levels |= 1 << level
  }
  return { ownerId, firstLine, lineCount: lines.length, levels, streams, styled: lines.some(([, , , text]) => controls.test(text)), lines }
}

const number = (chunk: Pick<Chunk, "firstLine" | "lines">): NumberedLogLine[] =>
  chunk.lines.map(([at, stream, level, text], i) => ({
    n: chunk.firstLine + i,
    at,
    stream: logStreams[stream] ?? "stdout",
    level: logLevels[level] ?? "info",
    text,
  }))

/** The chunk that holds a line begins at or before it. */
const chunkOf = (ownerId: string, line: number): SQL =>
  sql`(select coalesce(max(first_line), 0) from log_chunks where owner_id = ${ownerId} and first_line <= ${line})`

/** At most `limit` lines from line `from` on, oldest first; fewer where they are very long. */
export async function readLogLines(db: Db, ownerId: string, from: number, limit: number): Promise<NumberedLogLine[]> {
  const lines: NumberedLogLine[] = []
  for (let next = from, characters = 0; next < from + limit && characters < answerCharacters; ) {
    const chunks = await db
      .select({ firstLine: logChunks.firstLine, lines: logChunks.lines })
      .from(logChunks)
      .where(and(eq(logChunks.ownerId, ownerId), gte(logChunks.firstLine, chunkOf(ownerId, next)), lt(logChunks.firstLine, from + limit)))
      .orderBy(asc(logChunks.firstLine))
      .limit(readAtOnce)
    const found = chunks.flatMap(number).filter((line) => line.n >= next && line.n < from + limit)
    for (const line of found) characters += line.text.length
    lines.push(...found)
    next = (found.at(-1)?.n ?? from + limit) + 1
  }
  return lines
}

/** The newest `limit` lines, oldest first. */
export async function readLastLogLines(db: Db, ownerId: string, limit: number): Promise<NumberedLogLine[]> {
  return readLogLines(db, ownerId, Math.max(0, (await countLogLines(db, ownerId)) - limit), limit)
}

export async function countLogLines(db: Db, ownerId: string): Promise<number> {
  const [last] = await db
    .select({ end: sql<number>`${logChunks.firstLine} + ${logChunks.lineCount}` })
    .from(logChunks)
    .where(eq(logChunks.ownerId, ownerId))
    .orderBy(desc(logChunks.firstLine))
    .limit(1)
  return last?.end ?? 0
}

/**
 * Lines from `from` on that fit a filter, oldest first: `limit` of them, or fewer where the log is long and they are rare, since one
 * call looks through a bounded part only.
 * @returns `next`, the line to go on from; what comes before it was looked through
 */
export async function findLogLines(
  db: Db,
  ownerId: string,
  from: number,
  limit: number,
  filter: LogFilter,
): Promise<{ lines: NumberedLogLine[]; next: number }> {
  const fits = lineTest(filter)
  const lines: NumberedLogLine[] = []
  let next = from
  let characters = 0
  const window = await db
    .select({ firstLine: logChunks.firstLine, lineCount: logChunks.lineCount, fits: sql<boolean>`${chunkTest(filter)}` })
    .from(logChunks)
    .where(and(eq(logChunks.ownerId, ownerId), gte(logChunks.firstLine, chunkOf(ownerId, from))))
    .orderBy(asc(logChunks.firstLine))
    .limit(skimmedChunks)
  const worth = window.filter((chunk) => chunk.fits)
  const searched = worth.slice(0, searchedChunks)
  for (let i = 0; i < searched.length; i += readAtOnce) {
    const part = searched.slice(i, i + readAtOnce)
    const chunks = await db
      .select({ firstLine: logChunks.firstLine, lines: logChunks.lines })
      .from(logChunks)
      .where(
        and(
          eq(logChunks.ownerId, ownerId),
          between(logChunks.firstLine, part[0]?.firstLine ?? 0, part.at(-1)?.firstLine ?? 0),
          chunkTest(filter),
          textTest(filter),
        ),
      )
      .orderBy(asc(logChunks.firstLine))
    for (const line of chunks.flatMap(number)) {
      if (line.n < from || !fits(line)) continue
      lines.push(line)
      characters += line.text.length
      if (lines.length === limit || characters > answerCharacters) return { lines, next: line.n + 1 }
    }
    next = afterChunk(part.at(-1), next)
  }
  // Everything after the last one that was searched, up to the next one worth it, holds nothing that fits.
  const unsearched = worth[searchedChunks]
  return { lines, next: Math.max(from, unsearched ? unsearched.firstLine : afterChunk(window.at(-1), next)) }
}

const afterChunk = (chunk: { firstLine: number; lineCount: number } | undefined, otherwise: number): number =>
  chunk ? chunk.firstLine + chunk.lineCount : otherwise

/** By what a chunk says of itself. */
function chunkTest({ level, stream }: LogFilter): SQL {
  const least = logLevels.indexOf(level ?? "debug")
  const levels = logLevels.reduce((bits, _, i) => (i >= least ? bits | (1 << i) : bits), 0)
  const streams = stream ? 1 << logStreams.indexOf(stream) : (1 << logStreams.length) - 1
  return sql`(${logChunks.levels} & ${levels} <> 0 and ${logChunks.streams} & ${streams} <> 0)`
}

/**
 * Leaves out chunks whose text cannot hold what is searched. Only a first look, at text as JSON spells it: Postgres may know no
 * letters beyond ASCII as upper and lower case, and escape sequences may stand between the letters; those chunks are read.
 */
function textTest({ search }: LogFilter): SQL | undefined {
  if (!search || !/^[\x20-\x7e]*$/.test(search)) return undefined
  const spelled = JSON.stringify(search).slice(1, -1)
  return or(logChunks.styled, sql`${logChunks.lines}::text ilike ${`%${spelled.replace(/[\\%_]/g, "\\$&")}%`}`)
}

function lineTest({ search, level, stream }: LogFilter): (line: StoredLogLine) => boolean {
  const least = logLevels.indexOf(level ?? "debug")
  const words = search?.toLowerCase()
  return (line) =>
    logLevels.indexOf(line.level) >= least &&
    (!stream || line.stream === stream) &&
    (!words || (controls.test(line.text) ? withoutControls(line.text) : line.text).toLowerCase().includes(words))
}

/** Everything of a log that fits a filter, up to line `to`, in pieces that fit into memory. */
export async function* eachLogPart(db: Db, ownerId: string, to: number, filter: LogFilter): AsyncGenerator<NumberedLogLine[]> {
  const fits = lineTest(filter)
  for (let from = 0; ; ) {
    const chunks = await db
      .select({ firstLine: logChunks.firstLine, lineCount: logChunks.lineCount, lines: logChunks.lines })
      .from(logChunks)
      .where(
        and(
          eq(logChunks.ownerId, ownerId),
          gte(logChunks.firstLine, from),
          lt(logChunks.firstLine, to),
          chunkTest(filter),
          textTest(filter),
        ),
      )
      .orderBy(asc(logChunks.firstLine))
      .limit(readAtOnce)
    const last = chunks.at(-1)
    if (!last) return
    yield chunks.flatMap(number).filter((line) => line.n < to && fits(line))
    from = last.firstLine + last.lineCount
  }
}

export async function deleteLogLines(db: Db, ownerIds: string[]): Promise<void> {
  for (const ownerId of ownerIds) await db.delete(logChunks).where(eq(logChunks.ownerId, ownerId))
}
