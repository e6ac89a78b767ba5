import { and, asc, desc, eq, gte, inArray, sql } from "drizzle-orm"
import { parseLenient, type SampleNodeList } from "../../../contract/index.ts"
import { attachmentNames, withAttachments } from "../../../contract/samples/attachments.ts"
import { cleanJson } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { sampleBodies, sampleNodes, samples } from "../schema.ts"

export interface StoredNode {
  source: string
  list: SampleNodeList | "attachments"
  place: number
  label: string
  bytes: Buffer
}

export async function storeSampleNodes(db: Db, evaluationId: string, nodes: readonly StoredNode[]): Promise<void> {
  if (nodes.length > 0) await db.insert(sampleNodes).values(nodes.map((node) => ({ evaluationId, ...node })))
}

/** Under which name the nodes of a sample are stored; null for a sample that is a single value. */
export const nodeSource = sql<string | null>`${sampleBodies.body} #>> '{info,inspect_files}'`

/** Under which name the nodes of a sample are stored: null for one that is a single value, undefined where there is no such sample. */
export async function findNodeSource(db: Db, evaluationId: string, sampleId: string): Promise<string | null | undefined> {
  const [row] = await db
    .select({ source: nodeSource })
    .from(samples)
    .innerJoin(sampleBodies, eq(sampleBodies.sampleId, samples.id))
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.id, sampleId)))
  return row?.source
}

const ofList = (evaluationId: string, source: string, list: SampleNodeList) =>
  and(eq(sampleNodes.evaluationId, evaluationId), eq(sampleNodes.source, source), eq(sampleNodes.list, list))

/** Nodes from a place on. Their sizes come first, so that no more is read than `bytesMax`, but for a first one that is larger by itself. */
async function listSampleNodes(
  db: Db,
  [evaluationId, source, list]: [evaluationId: string, source: string, list: SampleNodeList],
  { from, limit, bytesMax }: { from: number; limit: number; bytesMax: number },
): Promise<Pick<StoredNode, "place" | "label" | "bytes">[]> {
  const here = and(ofList(evaluationId, source, list), gte(sampleNodes.place, from))
  const sizes = await db
    .select({ size: sql<number>`octet_length(${sampleNodes.bytes})` })
    .from(sampleNodes)
    .where(here)
    .orderBy(asc(sampleNodes.place))
    .limit(limit)
  let bytes = 0
  const fitting = sizes.findIndex(({ size }, i) => {
    bytes += size
    return i > 0 && bytes > bytesMax
  })
  return db
    .select({ place: sampleNodes.place, label: sampleNodes.label, bytes: sampleNodes.bytes })
    .from(sampleNodes)
    .where(here)
    .orderBy(asc(sampleNodes.place))
    .limit(fitting < 0 ? limit : fitting)
}

/** Attachments by their names, none beyond `bytesMax` together. */
async function findAttachments(
  db: Db,
  evaluationId: string,
  source: string,
  names: readonly string[],
  bytesMax: number,
): Promise<Map<string, Buffer>> {
  const named = and(
    eq(sampleNodes.evaluationId, evaluationId),
    eq(sampleNodes.source, source),
    sql`list = 'attachments'`,
    sql`${sampleNodes.label} = any(${sql.param(names)}::text[])`,
  )
  const size = sql<number>`octet_length(${sampleNodes.bytes})`
  const sizes = await db.select({ place: sampleNodes.place, size }).from(sampleNodes).where(named).orderBy(asc(size))
  let bytes = 0
  const fitting: number[] = []
  for (const { place, size: own } of sizes) {
    bytes += own
    if (bytes <= bytesMax) fitting.push(place)
  }
  const rows = await db
    .select({ label: sampleNodes.label, bytes: sampleNodes.bytes })
    .from(sampleNodes)
    .where(and(named, inArray(sampleNodes.place, fitting)))
  return new Map(rows.map((row) => [row.label, row.bytes]))
}

const jsonOf = (bytes: Buffer): unknown => cleanJson(parseLenient(bytes.toString("utf8")).value)

/** The same as values, with the attachments in place that they name; of these no more than `bytesMax` either. */
export async function readSampleNodes(
  db: Db,
  [evaluationId, source, list]: [evaluationId: string, source: string, list: SampleNodeList],
  range: { from: number; limit: number; bytesMax: number },
): Promise<{ place: number; label: string; value: unknown }[]> {
  const stored = await listSampleNodes(db, [evaluationId, source, list], range)
  const names = attachmentNames(stored.map(({ bytes }) => bytes.toString("utf8")).join("\n"))
  const found = names.length > 0 ? await findAttachments(db, evaluationId, source, names, range.bytesMax) : new Map<string, Buffer>()
  const attachments = new Map([...found].map(([name, bytes]) => [name, String(jsonOf(bytes))]))
  return stored.map(({ place, label, bytes }) => ({ place, label, value: withAttachments(jsonOf(bytes), attachments) }))
}

/** Whether samples of a run are stored in nodes. */
export async function hasSampleNodes(db: Db, evaluationId: string): Promise<boolean> {
  const found = await db.select({ place: sampleNodes.place }).from(sampleNodes).where(eq(sampleNodes.evaluationId, evaluationId)).limit(1)
  return found.length > 0
}

/** How many nodes a list has: they are numbered without gaps. */
export async function countSampleNodes(db: Db, evaluationId: string, source: string, list: SampleNodeList): Promise<number> {
  const [last] = await db
    .select({ place: sampleNodes.place })
    .from(sampleNodes)
    .where(ofList(evaluationId, source, list))
    .orderBy(desc(sampleNodes.place))
    .limit(1)
  return last ? last.place + 1 : 0
}
