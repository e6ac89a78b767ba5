import { or, type SQL, sql } from "drizzle-orm"
import { type LogFilter, logLevels, logStreams } from "../../../contract/index.ts"
import { logChunks } from "../schema.ts"

/** By what a chunk says of itself. */
export function chunkTest({ level, stream }: LogFilter): SQL {
  const least = logLevels.indexOf(level ?? "debug")
  const levels = logLevels.reduce((bits, _, i) => (i >= least ? bits | (1 << i) : bits), 0)
  const streams = stream ? 1 << logStreams.indexOf(stream) : (1 << logStreams.length) - 1
  return sql`(${logChunks.levels} & ${levels} <> 0 and ${logChunks.streams} & ${streams} <> 0)`
}

/**
 * Leaves out chunks whose text cannot hold what is searched. Only a first look, at text as JSON spells it: Postgres may know no
 * letters beyond ASCII as upper and lower case, and escape sequences may come between the letters; those chunks are read.
 */
export function textTest({ search }: LogFilter): SQL | undefined {
  if (!search || !/^[\x20-\x7e]*$/.test(search)) return undefined
  const escaped = JSON.stringify(search).slice(1, -1)
  return or(logChunks.styled, sql`${logChunks.lines}::text ilike ${`%${escaped.replace(/[\\%_]/g, "\\$&")}%`}`)
}
