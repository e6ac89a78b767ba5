import { and, asc, eq, gte, inArray, lte, sql } from "drizzle-orm"
import { groupBy } from "../../base/group-by.ts"
import type { Db } from "../db.ts"
import { episodes, traceParts, traces } from "../schema.ts"
import { partBytes } from "./store-records.ts"

const partsAtOnce = 16

/** The bytes of a trace as they came, a megabyte at a time. */
export async function* traceDocument(db: Db, traceKey: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; ; from += partsAtOnce) {
    const parts = await db
      .select({ bytes: traceParts.bytes })
      .from(traceParts)
      .where(and(eq(traceParts.traceKey, traceKey), gte(traceParts.part, from), lte(traceParts.part, from + partsAtOnce - 1)))
      .orderBy(asc(traceParts.part))
    if (parts.length > 0) yield Buffer.concat(parts.map(({ bytes }) => bytes))
    if (parts.length < partsAtOnce) return
  }
}

/** The bytes of several traces as they came. */
export async function readDocuments(db: Db, traceKeys: number[]): Promise<Map<number, Uint8Array>> {
  if (traceKeys.length === 0) return new Map()
  const parts = await db
    .select({ key: traceParts.traceKey, bytes: traceParts.bytes })
    .from(traceParts)
    .where(sql`${traceParts.traceKey} = any(${sql.param(traceKeys)}::bigint[])`)
    .orderBy(traceParts.traceKey, traceParts.part)
  const byTrace = groupBy(parts, ({ key }) => key)
  return new Map(
    [...byTrace].map(([key, ofTrace]) => [
      key,
      ofTrace.length === 1 && ofTrace[0] ? ofTrace[0].bytes : Buffer.concat(ofTrace.map(({ bytes }) => bytes)),
    ]),
  )
}

/** Pieces of the document of a trace, in the order in which they are asked for. Only the parts that hold them are read. */
export async function documentPieces(db: Db, traceKey: number, pieces: { start: number; length: number }[]): Promise<Uint8Array[]> {
  const wanted = new Set<number>()
  for (const { start, length } of pieces)
    for (let part = Math.floor(start / partBytes); part * partBytes < start + length; part++) wanted.add(part)
  const rows =
    wanted.size === 0
      ? []
      : await db
          .select({ part: traceParts.part, bytes: traceParts.bytes })
          .from(traceParts)
          .where(and(eq(traceParts.traceKey, traceKey), inArray(traceParts.part, [...wanted])))
  const parts = new Map(rows.map(({ part, bytes }) => [part, bytes]))
  return pieces.map(({ start, length }) => {
    const found: Uint8Array[] = []
    for (let at = start; at < start + length; ) {
      const part = Math.floor(at / partBytes)
      const end = Math.min(start + length, (part + 1) * partBytes)
      found.push((parts.get(part) ?? Buffer.alloc(0)).subarray(at - part * partBytes, end - part * partBytes))
      at = end
    }
    return found.length === 1 ? (found[0] as Uint8Array) : Buffer.concat(found)
  })
}

interface Frame {
  frame: Buffer
  gaps: number[]
  /** The traces in their places; there is none where it was deleted. */
  traces: Map<number, { key: number; id: string; sizeBytes: number }>
}

/** What an episode is put together of; undefined when there is none. */
export async function readFrame(db: Db, episodeKey: number): Promise<Frame | undefined> {
  const [row] = await db.select({ frame: episodes.frame, gaps: episodes.gaps }).from(episodes).where(eq(episodes.key, episodeKey))
  if (!row) return undefined
  const members = await db
    .select({ key: traces.key, id: traces.id, place: traces.place, sizeBytes: traces.sizeBytes })
    .from(traces)
    .where(eq(traces.episodeKey, episodeKey))
  return { ...row, traces: new Map(members.map(({ place, ...trace }) => [place, trace])) }
}

/** An episode with something in the place of each of its traces. */
export async function* episodeDocument(
  { frame, gaps, traces: members }: Frame,
  inPlace: (trace: { key: number; id: string } | undefined) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const [place, gap] of gaps.entries()) {
    yield frame.subarray(at, gap)
    yield* inPlace(members.get(place))
    at = gap
  }
  yield frame.subarray(at)
}
