import { and, eq, isNotNull, sql } from "drizzle-orm"
import type { Draw } from "../../../contract/statistics/settled/drawn-interval.ts"
import { meanOf } from "../columns.ts"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { samples } from "../schema.ts"
import { current } from "./sample.ts"

/** The examples that a run has drawn at random, from the first one on, as far as each has all of its rollouts. */
export interface DrawnExamples {
  ids: string[]
  /** The mean reward of each. */
  means: number[]
  /** How many of their rollouts have no reward. */
  unscored: number
  /** The smallest and the largest reward; null without one. */
  least: number | null
  most: number | null
  /** Mean of what a rollout took, in milliseconds; null where none was timed. */
  durationMs: number | null
}

/** @param rollouts how many an example has when it is done */
export async function readDrawnExamples(db: Db, evaluationId: string, rollouts: number): Promise<DrawnExamples> {
  const rows = await db
    .select({
      place: sql<number>`${samples.drawPlace}`,
      id: sql<string>`min(${samples.exampleId})`,
      done: sql<number>`(count(*) filter (where not ${samples.redo}))::int`,
      scored: sql<number>`count(${samples.reward})::int`,
      mean: meanOf(samples.reward),
      least: sql<number | null>`min(${samples.reward})`,
      most: sql<number | null>`max(${samples.reward})`,
      durationMs: sql<number | null>`avg(${samples.durationMs})`,
    })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, isNotNull(samples.drawPlace)))
    .groupBy(samples.drawPlace)
    .orderBy(samples.drawPlace)
  const gap = rows.findIndex(({ place, done }, i) => place !== i || done !== rollouts)
  const drawn = gap < 0 ? rows : rows.slice(0, gap)
  const timed = drawn.flatMap(({ durationMs }) => durationMs ?? [])
  return {
    ids: drawn.map(({ id }) => id),
    means: drawn.map(({ mean }) => mean ?? Number.NaN),
    unscored: drawn.reduce((sum, { scored }) => sum + rollouts - scored, 0),
    least: drawn.reduce<number | null>((a, { least: b }) => (a === null || (b !== null && b < a) ? b : a), null),
    most: drawn.reduce<number | null>((a, { most: b }) => (a === null || (b !== null && b > a) ? b : a), null),
    durationMs: timed.length > 0 ? timed.reduce((sum, one) => sum + one, 0) / timed.length : null,
  }
}

/** The random order of the examples of a run that stopped when its answer was settled; null for any other run. */
export async function readDraw(db: Db, { id, settling }: Pick<EvaluationRecord, "id" | "settling">): Promise<Draw | null> {
  if (settling?.kind !== "settled") return null
  const rows = await db
    .select({ id: samples.exampleId })
    .from(samples)
    .where(and(eq(samples.evaluationId, id), current, isNotNull(samples.drawPlace)))
    .groupBy(samples.exampleId)
    .orderBy(sql`min(${samples.drawPlace})`)
  return { order: rows.map((row) => row.id), of: settling.of }
}
