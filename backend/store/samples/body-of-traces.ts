import { sql } from "drizzle-orm"
import { type JsonObject, parseExact } from "../../../contract/index.ts"
import { isObject } from "../../../contract/samples/row-values.ts"
import { episodeOf, episodeRow } from "../../../contract/traces/episode-row.ts"
import { list } from "../../../contract/traces/trace-facts.ts"
import type { Db } from "../db.ts"
import { sampleBodies } from "../schema.ts"
import { episodeDocument, readFrame, traceDocument } from "../traces/documents.ts"

export const bodyFields = { body: sampleBodies.body, episodeKey: sampleBodies.episodeKey, traceKey: sampleBodies.traceKey }

interface StoredBody {
  body: JsonObject
  episodeKey: number | null
  traceKey: number | null
}

/** How large the traces of a sample are. */
export const traceBytes = sql`coalesce((select sum(size_bytes) from traces where traces.episode_key = ${sampleBodies.episodeKey} or traces.key = ${sampleBodies.traceKey}), 0)`

/** The bodies of samples: as they were pushed, or made of the traces that they came as. */
export async function toBodies(db: Db, stored: StoredBody[]): Promise<JsonObject[]> {
  const bodies: JsonObject[] = []
  for (const { body, episodeKey, traceKey } of stored) {
    const episode = await readEpisode(db, episodeKey, traceKey)
    bodies.push(episode ? { ...episodeRow(episode), ...body } : body)
  }
  return bodies
}

async function readEpisode(db: Db, episodeKey: number | null, traceKey: number | null): Promise<JsonObject | null> {
  if (traceKey !== null) {
    const trace = await read(traceDocument(db, traceKey))
    return isObject(trace) ? episodeOf(trace) : null
  }
  const frame = episodeKey === null ? undefined : await readFrame(db, episodeKey)
  if (!frame) return null
  const episode = await read(episodeDocument(frame, (trace) => (trace ? traceDocument(db, trace.key) : [Buffer.from("null")])))
  // One that was deleted is left out.
  return isObject(episode) ? { ...episode, traces: list(episode.traces).filter(isObject) } : null
}

async function read(document: AsyncIterable<Uint8Array>): Promise<unknown> {
  const pieces: Uint8Array[] = []
  for await (const piece of document) pieces.push(piece)
  return parseExact(Buffer.concat(pieces).toString("utf8"))
}
