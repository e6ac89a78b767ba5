import { and, asc, desc, eq, gte, sql } from "drizzle-orm"
import { cleanJson } from "../base/json.ts"
import type { Db } from "./db.ts"
import { logChunks } from "./schema/index.ts"

export interface StoredLogLine {
  /** Milliseconds since 1970. */
  at: number
  stream: string
  level: string
  text: string
}
export type NumberedLogLine = StoredLogLine & { n: number }

const linesPerChunk = 200
const chunksPerRead = 50

/** Appends lines after line `from`; the caller holds the lock of the owner's row, so that numbers neither repeat nor leave gaps. */
export async function appendLogLines(db: Db, ownerId: string, from: number, lines: StoredLogLine[]): Promise<void> {
  for (let i = 0; i < lines.length; i += linesPerChunk) {
    const part = cleanJson(lines.slice(i, i + linesPerChunk))
    await db.insert(logChunks).values({ ownerId, firstLine: from + i, lineCount: part.length, lines: part })
  }
}

const number = (chunk: typeof logChunks.$inferSelect): NumberedLogLine[] =>
  chunk.lines.map((line, i) => ({ ...line, n: chunk.firstLine + i }))

/** At most `limit` lines from line `from` on, oldest first. */
export async function readLogLines(db: Db, ownerId: string, from: number, limit: number): Promise<NumberedLogLine[]> {
  const lines: NumberedLogLine[] = []
  for (let next = from; lines.length < limit; ) {
    // The chunk that holds line `next` begins at or before it.
    const start = sql`(select coalesce(max(first_line), 0) from log_chunks where owner_id = ${ownerId} and first_line <= ${next})`
    const chunks = await db
      .select()
      .from(logChunks)
      .where(and(eq(logChunks.ownerId, ownerId), gte(logChunks.firstLine, start)))
      .orderBy(asc(logChunks.firstLine))
      .limit(chunksPerRead)
    const found = chunks.flatMap(number).filter((line) => line.n >= next)
    lines.push(...found)
    const last = found.at(-1)
    if (!last || chunks.length < chunksPerRead) break
    next = last.n + 1
  }
  return lines.slice(0, limit)
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

/** Lines from `from` on whose text holds `search` (any case) and whose level is one of `levels`; the database looks through the chunks. */
export async function searchLogLines(
  db: Db,
  ownerId: string,
  from: number,
  limit: number,
  search: string,
  levels: readonly string[],
): Promise<NumberedLogLine[]> {
  const pattern = `%${search.replace(/[\\%_]/g, "\\$&")}%`
  const found = await db.execute<{ n: number; line: StoredLogLine }>(sql`
    select (c.first_line + l.position - 1)::int as n, l.line
    from ${logChunks} c, jsonb_array_elements(c.lines) with ordinality as l(line, position)
    where c.owner_id = ${ownerId} and c.first_line + c.line_count > ${from} and c.first_line + l.position - 1 >= ${from}
      and l.line ->> 'text' ilike ${pattern} and l.line ->> 'level' in ${sql`(${sql.join(
        levels.map((level) => sql`${level}`),
        sql`, `,
      )})`}
    order by n limit ${limit}`)
  return found.rows.map(({ n, line }) => ({ ...line, n }))
}

export async function deleteLogLines(db: Db, ownerIds: string[]): Promise<void> {
  for (const ownerId of ownerIds) await db.delete(logChunks).where(eq(logChunks.ownerId, ownerId))
}
