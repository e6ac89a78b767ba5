import { inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { sampleBodies } from "../schema.ts"

/** Larger bodies are not parsed for the sake of a list's columns. */
const bodyBytesMax = 300_000
/** More than a list shows. */
const charactersMax = 2000

export interface SampleAnswers {
  /** The answer that the dataset gives: the row's `answer`, or that of the task of verifiers v1. */
  expected: string | null
  /** The end of the model's last message, where that is a text. */
  said: string | null
}

/** What samples answered and should have answered, by their ids. Of samples with large bodies nothing is known. */
export async function listSampleAnswers(db: Db, sampleIds: readonly string[]): Promise<Map<string, SampleAnswers>> {
  if (sampleIds.length === 0) return new Map()
  const { body } = sampleBodies
  const fits = sql`octet_length(${body}::text) <= ${bodyBytesMax}`
  const last = sql`${body} -> 'completion' -> -1`
  const found = await db
    .select({
      id: sampleBodies.sampleId,
      expected: sql<
        string | null
      >`case when ${fits} then left(coalesce(${body} ->> 'answer', ${body} #>> '{task,answer}'), ${charactersMax}) end`,
      said: sql<string | null>`case when ${fits} and ${last} ->> 'role' = 'assistant' and json_typeof(${last} -> 'content') = 'string'
        then right(${last} ->> 'content', ${charactersMax}) end`,
    })
    .from(sampleBodies)
    .where(inArray(sampleBodies.sampleId, [...sampleIds]))
  return new Map(found.map(({ id, ...answers }) => [id, answers]))
}
