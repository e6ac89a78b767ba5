import { and, eq, max, ne, sql } from "drizzle-orm"
import type { ScoreColumns } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { samples } from "../schema.ts"
import { current, numberIn } from "./sample.ts"

/** Samples per query. Two are on their way at once, so that Postgres gathers while their predecessors are read here. */
const partSize = 10_000
const partsAtOnce = 2

type Part = ScoreColumns & { places: Float64Array }

/** What is read only where it is needed: each column is a tenth of the time. */
interface Wanted {
  places: boolean
  retried: boolean
}

/**
 * What the statistics need of every sample of a run, in the order of examples. A column of thousands travels as one value, numbers as
 * Postgres holds them: reading rows one by one, or numbers as text, takes longer than computing with them.
 */
export async function listScores(db: Db, evaluationId: string, hasRetried = false): Promise<ScoreColumns> {
  const [newest] = await db
    .select({ seq: max(samples.seq) })
    .from(samples)
    .where(eq(samples.evaluationId, evaluationId))
  const parts: Part[] = []
  const count = Math.ceil((newest?.seq ?? 0) / partSize)
  let next = 0
  // Nearly always an example's place is the number that its id is.
  const wanted: Wanted = { places: false, retried: hasRetried }
  const readParts = async () => {
    for (let i = next++; i < count; i = next++) {
      let part = await readPart(db, evaluationId, i * partSize, wanted)
      wanted.places ||= part === null
      part ??= await readPart(db, evaluationId, i * partSize, wanted)
      if (part) parts[i] = part
    }
  }
  await Promise.all(Array.from({ length: partsAtOnce }, readParts))
  return inOrder(parts.flat())
}

/** What the first samples of a run without an error were given. */
export const listMeasured = (db: Db, evaluationId: string, limit: number) =>
  db
    .select({ exampleId: samples.exampleId, reward: samples.reward, metrics: samples.metrics })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, ne(samples.outcome, "error")))
    .orderBy(samples.seq)
    .limit(limit)

/** The columns of all parts, in the order of examples; samples of one place stay in the order of storing. */
function inOrder(parts: Part[]): ScoreColumns {
  const examplePlaces = joined(parts.map((part) => part.places))
  const exampleIds = chained(parts.map((part) => part.exampleIds))
  const rewards = joined(parts.map((part) => part.rewards))
  const metrics = chained(parts.map((part) => part.metrics))
  const outcomes = chained(parts.map((part) => part.outcomes))
  const durations = joined(parts.map((part) => part.durations))
  const retried = parts.some((part) => part.retried) ? chained(parts.map((part) => part.retried ?? [])) : null
  if (examplePlaces.every((place, i) => i === 0 || (examplePlaces[i - 1] as number) <= place))
    return { exampleIds, rewards, metrics, outcomes, durations, ...(retried ? { retried } : {}) }
  const order = orderOf(examplePlaces)
  const at = (i: number) => order[i] as number
  return {
    exampleIds: exampleIds.map((_, i) => exampleIds[at(i)] as string),
    rewards: rewards.map((_, i) => rewards[at(i)] as number),
    metrics: metrics.map((_, i) => metrics[at(i)] as ScoreColumns["metrics"][number]),
    outcomes: outcomes.map((_, i) => outcomes[at(i)] as ScoreColumns["outcomes"][number]),
    durations: durations.map((_, i) => durations[at(i)] as number),
    ...(retried ? { retried: retried.map((_, i) => retried[at(i)] as boolean) } : {}),
  }
}

/** The indexes of values as they are sorted, equal ones as they stand. Many are equal: comparing pairs would take twice as long. */
function orderOf(values: Float64Array): Uint32Array {
  const sorted = values.slice().sort()
  const nextOf = new Map<number, number>()
  for (let i = sorted.length - 1; i >= 0; i--) if (i === 0 || sorted[i] !== sorted[i - 1]) nextOf.set(sorted[i] as number, i)
  const order = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const next = nextOf.get(value) as number
    order[next] = i
    nextOf.set(value, next + 1)
  }
  return order
}

/** Samples after a seq: undefined for none, and null where the places of examples are to be read, too. */
async function readPart(db: Db, evaluationId: string, after: number, wanted: Wanted): Promise<Part | undefined | null> {
  const { rows } = await db.execute<
    Record<"places" | "rewards" | "durations", Buffer> & Record<"examples" | "metrics" | "outcomes" | "retried", string>
  >(sql`
    select ${wanted.places ? sql`array_send(array_agg(example_order::float8))` : sql`null`} as places, array_send(array_agg(reward)) as rewards,
      array_send(array_agg(duration_ms)) as durations, json_agg(example_id) as examples, json_agg(metrics) as metrics, json_agg(outcome) as outcomes,
      ${wanted.retried ? sql`json_agg(supersedes is not null)` : sql`null`} as retried
    from (
      select example_order, reward, duration_ms, example_id, metrics, outcome, supersedes from ${samples}
      where ${samples.evaluationId} = ${evaluationId} and ${samples.seq} > ${after} and ${samples.seq} <= ${after + partSize} and ${current}
      order by ${samples.seq}
    ) part having count(*) > 0`)
  const [part] = rows
  if (!part) return undefined
  const exampleIds = JSON.parse(part.examples) as string[]
  const places = wanted.places ? doublesIn(part.places) : numbersIn(exampleIds)
  return (
    places && {
      places,
      exampleIds,
      rewards: doublesIn(part.rewards),
      metrics: JSON.parse(part.metrics),
      outcomes: JSON.parse(part.outcomes),
      durations: doublesIn(part.durations),
      ...(wanted.retried ? { retried: JSON.parse(part.retried) as boolean[] } : {}),
    }
  )
}

/** @returns null when one of the texts is no number */
function numbersIn(texts: string[]): Float64Array | null {
  const numbers = new Float64Array(texts.length)
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    const number = text === texts[i - 1] ? numbers[i - 1] : numberIn(text)
    if (number === null) return null
    numbers[i] = Number(number)
  }
  return numbers
}

/** flatMap would take a twentieth of the whole answer's time. */
const chained = <T>(parts: (readonly T[])[]): T[] => ([] as T[]).concat(...parts)

function joined(parts: Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Bytes before the first element of an array of one dimension: dimensions, flags, type, length, first index. */
const arrayHeader = 20

/** Reads what Postgres sends as an array of float8: each element's length, -1 for null, then its bytes. @returns NaN for null */
function doublesIn(bytes: Buffer): Float64Array {
  const doubles = new Float64Array(bytes.readInt32BE(12))
  let at = arrayHeader
  for (let i = 0; i < doubles.length; i++) {
    const length = bytes.readInt32BE(at)
    at += 4
    doubles[i] = length < 0 ? Number.NaN : bytes.readDoubleBE(at)
    at += Math.max(0, length)
  }
  return doubles
}
