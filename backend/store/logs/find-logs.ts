import { and, asc, between, eq, gte, sql } from "drizzle-orm"
import type { LogFilter } from "../../../contract/index.ts"
import { lineTest } from "../../../contract/logs/log-lines.ts"
import type { Db } from "../db.ts"
import { logChunks } from "../schema.ts"
import { answerCharacters, chunkOf, type NumberedLogLine, number, readAtOnce } from "./log-chunks.ts"
import { chunkTest, textTest } from "./log-filter.ts"

/** How much one request scans at most: about 0.2 s. The caller continues from where it ended. */
const searchedChunks = 400

/** Chunks that are skipped by their levels and streams cost next to nothing. */
const skimmedChunks = 10_000

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
