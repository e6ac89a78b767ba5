import { eq, or, sql } from "drizzle-orm"
import { type JsonObject, parseExact } from "../../../contract/index.ts"
import { isObject, listOf } from "../../../contract/samples/row-values.ts"
import { episodeOf, episodeRow } from "../../../contract/traces/episode-row.ts"
import type { Db } from "../db.ts"
import { episodes, sampleBodies, traces } from "../schema.ts"
import { readDocuments } from "../traces/documents.ts"

export const bodyFields = { body: sampleBodies.body, episodeKey: sampleBodies.episodeKey, traceKey: sampleBodies.traceKey }

interface StoredBody {
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
  return made.map(({ stored: { body, episodeKey }, members }) => {
    const frame = episodeKey === null ? undefined : frameOf.get(episodeKey)
    const traceTexts = new Map(members.map(({ key, place }) => [place, documents.get(key)]))
    if (!frame) {
      const trace = parsed([traceTexts.get(0)])
      return trace ? { ...episodeRow(episodeOf(trace)), ...body } : body
    }
    const pieces: (Uint8Array | undefined)[] = []
    let at = 0
    for (const [place, gap] of frame.gaps.entries()) {
      // One that was deleted is left out below.
      pieces.push(frame.frame.subarray(at, gap), traceTexts.get(place) ?? Buffer.from("null"))
      at = gap
    }
    const episode = parsed([...pieces, frame.frame.subarray(at)])
    return episode ? { ...episodeRow({ ...episode, traces: listOf(episode.traces).filter(isObject) }), ...body } : body
  })
}

function parsed(pieces: (Uint8Array | undefined)[]): JsonObject | null {
  const bytes = Buffer.concat(pieces.filter((piece) => piece !== undefined))
  const value = bytes.length > 0 ? parseExact(bytes.toString("utf8")) : null
  return isObject(value) ? value : null
}
