import { and, asc, desc, eq, gte, lt, sql } from "drizzle-orm"
import type { LogFilter } from "../../../contract/index.ts"
import { lineTest } from "../../../contract/logs/log-lines.ts"
import type { Db } from "../db.ts"
import { logChunks } from "../schema.ts"
import { answerCharacters, chunkOf, type NumberedLogLine, number, readAtOnce } from "./log-chunks.ts"
import { chunkTest, textTest } from "./log-filter.ts"

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
