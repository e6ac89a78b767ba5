import { and, asc, count, eq, ilike, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { environmentExamples } from "../schema.ts"

const exampleFields = {
  versionId: environmentExamples.versionId,
  position: environmentExamples.position,
  exampleId: environmentExamples.exampleId,
  prompt: environmentExamples.prompt,
  answer: environmentExamples.answer,
  info: environmentExamples.info,
}

/** An example of a version's dataset. */
export type DatasetExampleRecord = Selected<typeof exampleFields>
export type NewDatasetExample = Omit<NewOf<typeof exampleFields>, "versionId" | "position">

/** Keeps these examples of a version, in their order, in the place of those that an earlier check read. */
export async function replaceDatasetExamples(db: Db, versionId: string, examples: NewDatasetExample[]): Promise<void> {
  await db.delete(environmentExamples).where(eq(environmentExamples.versionId, versionId))
  const rows = examples.map((example, position) => toRow(environmentExamples, exampleFields, { ...example, versionId, position }))
  if (rows.length > 0) await db.insert(environmentExamples).values(rows)
}

/** How many examples of a version are kept. */
export const countDatasetExamples = (db: Db, versionId: string): Promise<number> =>
  db.$count(environmentExamples, eq(environmentExamples.versionId, versionId))

/** A page of a version's examples, those that have the text when one is given. All that are kept are few enough to be read. */
export async function listDatasetExamples(
  db: Db,
  versionId: string,
  { search, limit, offset }: { search?: string | undefined; limit: number; offset: number },
): Promise<{ rows: DatasetExampleRecord[]; total: number }> {
  const where = and(eq(environmentExamples.versionId, versionId), search ? hasText(search) : undefined)
  const rows = await db
    .select(exampleFields)
    .from(environmentExamples)
    .where(where)
    .orderBy(asc(environmentExamples.position))
    .limit(limit)
    .offset(offset)
  const [total] = await db.select({ count: count() }).from(environmentExamples).where(where)
  return { rows, total: total?.count ?? 0 }
}

function hasText(text: string): SQL | undefined {
  const pattern = `%${text.replace(/[\\%_]/g, "\\$&")}%`
  const { exampleId, answer, info, prompt } = environmentExamples
  const messages = sql`exists (select from jsonb_array_elements(${prompt}) message where message->>'content' ilike ${pattern})`
  return or(eq(exampleId, text), ilike(answer, pattern), ilike(info, pattern), messages)
}
