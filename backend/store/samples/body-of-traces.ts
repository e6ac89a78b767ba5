import { eq, or, sql } from "drizzle-orm"
import { type JsonObject, parseExact } from "../../../contract/index.ts"
import { isObject, listOf } from "../../../contract/samples/row-values.ts"
import { episodeOf, episodeRow } from "../../../contract/traces/episode-row.ts"
import type { Db } from "../db.ts"
import { episodes, sampleBodies, traces } from "../schema.ts"
import { readDocuments } from "../traces/documents.ts"

export const bodyFields = { body: sampleBodies.body, episodeKey: sampleBodies.episodeKey, traceKey: sampleBodies.traceKey }

export interface StoredBody {
  body: JsonObject
  episodeKey: number | null
  traceKey: number | null
}

/** Of documents that are read at once. */
const bytesAtOnce = 16 * 1024 * 1024

type Member = { key: number; episodeKey: number | null; place: number; sizeBytes: number }

/** The bodies of samples: as they were pushed, or made of the traces that they came as. */
export async function toBodies(db: Db, stored: StoredBody[]): Promise<JsonObject[]> {
  const bodies: JsonObject[] = []
  for (const some of await inSteps(db, stored)) bodies.push(...(await readBodies(db, some)))
  return bodies
}

interface Made {
  stored: StoredBody
  members: Member[]
}

/** How many bytes the traces have that samples are made of, in the order of the samples. */
export async function traceBytes(db: Db, stored: Keys[]): Promise<number[]> {
  const membersOf = await findMembers(db, stored)
  return stored.map((one) => membersOf(one).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
}

type Keys = Pick<StoredBody, "episodeKey" | "traceKey">

/** Finds the traces that samples are made of; most samples are made of none, and cost nothing here. */
async function findMembers(db: Db, stored: Keys[]): Promise<(one: Keys) => Member[]> {
  const episodeKeys = stored.flatMap(({ episodeKey }) => episodeKey ?? [])
  const traceKeys = stored.flatMap(({ traceKey }) => traceKey ?? [])
  if (episodeKeys.length + traceKeys.length === 0) return () => []
  const found: Member[] = await db
    .select({ key: traces.key, episodeKey: traces.episodeKey, place: traces.place, sizeBytes: traces.sizeBytes })
    .from(traces)
    .where(or(isAmong(sql`${traces.episodeKey}`, episodeKeys), isAmong(sql`${traces.key}`, traceKeys)))
    .orderBy(traces.place)
  return (one) => found.filter(({ key, episodeKey }) => key === one.traceKey || (episodeKey !== null && episodeKey === one.episodeKey))
}

/** Samples with the traces that they are made of, in groups that may be read at once. */
async function inSteps(db: Db, stored: StoredBody[]): Promise<Made[][]> {
  const membersOf = await findMembers(db, stored)
  const steps: Made[][] = [[]]
  let bytes = 0
  for (const one of stored) {
    const members = membersOf(one)
    const size = members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (bytes + size > bytesAtOnce) {
      steps.push([])
      bytes = 0
    }
    bytes += size
    steps.at(-1)?.push({ stored: one, members })
  }
  return steps
}

const isAmong = (column: ReturnType<typeof sql>, keys: number[]) => sql`${column} = any(${sql.param(keys)}::bigint[])`

async function readBodies(db: Db, made: Made[]): Promise<JsonObject[]> {
  const piecesOf = await readPieces(db, made)
  return made.map((one) => {
    const { body, episodeKey } = one.stored
    const document = parsed(piecesOf(one).map((piece) => piece ?? Buffer.from("null")))
    if (!document) return body
    // A trace that was deleted is left out.
    const episode = episodeKey === null ? episodeOf(document) : { ...document, traces: listOf(document.traces).filter(isObject) }
    return { ...episodeRow(episode), ...body }
  })
}

/**
 * The document that each sample came as, byte for byte.
 * @returns null for a sample that came as a row, and for an episode of which a trace was deleted
 */
export async function* eachDocument(db: Db, stored: StoredBody[]): AsyncGenerator<Uint8Array | null> {
  for (const some of await inSteps(db, stored)) {
    const piecesOf = await readPieces(db, some)
    for (const one of some) {
      const pieces = piecesOf(one)
      const isWhole = pieces.length > 0 && pieces.every((piece) => piece !== null)
      yield isWhole ? Buffer.concat(pieces as Uint8Array[]) : null
    }
  }
}

/** What the documents of samples are put together of: nothing for one that came as a row, and null where a trace was deleted. */
async function readPieces(db: Db, made: Made[]): Promise<(one: Made) => (Uint8Array | null)[]> {
  const keys = made.flatMap(({ stored }) => stored.episodeKey ?? [])
  const frames =
    keys.length === 0
      ? []
      : await db
          .select({ key: episodes.key, frame: episodes.frame, gaps: episodes.gaps })
          .from(episodes)
          .where(keys.length === 1 ? eq(episodes.key, keys[0] as number) : isAmong(sql`${episodes.key}`, keys))
  const frameOf = new Map(frames.map((frame) => [frame.key, frame]))
  const documents = await readDocuments(
    db,
    made.flatMap(({ members }) => members.map(({ key }) => key)),
  )
  return ({ stored: { episodeKey }, members }) => {
    const traceTexts = new Map(members.map(({ key, place }) => [place, documents.get(key)]))
    const frame = episodeKey === null ? undefined : frameOf.get(episodeKey)
    if (!frame) return traceTexts.get(0) ? [traceTexts.get(0) as Uint8Array] : []
    const pieces: (Uint8Array | null)[] = []
    let at = 0
    for (const [place, gap] of frame.gaps.entries()) {
      pieces.push(frame.frame.subarray(at, gap), traceTexts.get(place) ?? null)
      at = gap
    }
    return [...pieces, frame.frame.subarray(at)]
  }
}

function parsed(pieces: Uint8Array[]): JsonObject | null {
  const bytes = Buffer.concat(pieces)
  const value = bytes.length > 0 ? parseExact(bytes.toString("utf8")) : null
  return isObject(value) ? value : null
}
