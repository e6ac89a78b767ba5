import { inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sampleBodies } from "../schema.ts"

/** Larger bodies are not parsed for the sake of a list's column. */
const bodyBytesMax = 300_000
/** More than a list shows of it. */
const charactersMax = 2000

/**
 * The answer that the dataset gives for samples, by their ids: the row's `answer`, or that of the task of verifiers v1. Samples whose
 * rows name none, or are large, are left out.
 */
export async function listExpectedAnswers(db: Db, sampleIds: readonly string[]): Promise<Map<string, string>> {
  if (sampleIds.length === 0) return new Map()
  const answer = sql<string | null>`case when octet_length(${sampleBodies.body}::text) <= ${bodyBytesMax}
    then left(coalesce(${sampleBodies.body} ->> 'answer', ${sampleBodies.body} #>> '{task,answer}'), ${charactersMax}) end`
  const found = await db
    .select({ id: sampleBodies.sampleId, answer })
    .from(sampleBodies)
    .where(inArray(sampleBodies.sampleId, [...sampleIds]))
  return new Map(found.flatMap(({ id, answer }) => (answer ? [[id, answer] as const] : [])))
}
