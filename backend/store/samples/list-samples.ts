import { and, count, eq, inArray, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { samples } from "../schema.ts"
import { current, type SampleRecord, sampleFields } from "./sample.ts"
import { errorKey, filterOf, matching, type SampleFilter, type SamplesPage } from "./sample-filter.ts"
import { readPage } from "./sample-pages.ts"
import { type FoundSamples, searchSamples } from "./search-samples.ts"

/** A page of samples in the order of a key, after the cursor of the page before. */
export async function listSamples(db: Db, evaluationId: string, page: SamplesPage): Promise<FoundSamples> {
  const words = page.search?.trim() ? page.search : null
  if (words !== null) return searchSamples(db, evaluationId, words, page)
  const filter = filterOf(page)
  const found = await readPage(db, evaluationId, matching(evaluationId, filter ?? {}), page)
  return { ...found, total: filter && (await countSamples(db, evaluationId, filter)), scope: null }
}

async function countSamples(db: Db, evaluationId: string, filter: SampleFilter): Promise<number> {
  const [total] = await db.select({ count: count() }).from(samples).where(matching(evaluationId, filter))
  return total?.count ?? 0
}

const groupsOfClassMax = 20

interface ErrorGroupRow {
  /** Null where the rare errors of a class are taken together. */
  key: string | null
  count: number
  first: SampleRecord
}

/** How many samples of a run have the same error, the first of each as an example; the largest group first. */
export async function listErrorGroups(db: Db, evaluationId: string): Promise<ErrorGroupRow[]> {
  const { rows: groups } = await db.execute<{ key: string | null; count: number; first: number }>(sql`
    with errors as (
      select ${samples.errorClass} as class, ${samples.seq} as seq, ${errorKey} as key from ${samples}
      where ${samples.evaluationId} = ${evaluationId} and ${current} and ${samples.errorClass} is not null
    ), alike as (
      select class, key, count(*) as size, min(seq) as first from errors group by class, key
    ), ranked as (
      select *, row_number() over (partition by class order by size desc, first) <= ${groupsOfClassMax} as frequent from alike
    )
    select case when frequent then key end as key, sum(size)::int as count, min(first)::int as first from ranked
    group by class, case when frequent then key end`)
  if (groups.length === 0) return []
  const firsts = await db
    .select(sampleFields)
    .from(samples)
    .where(
      and(
        eq(samples.evaluationId, evaluationId),
        inArray(
          samples.seq,
          groups.map((group) => group.first),
        ),
      ),
    )
  return groups
    .flatMap(({ first, ...group }) => firsts.filter((sample) => sample.seq === first).map((sample) => ({ ...group, first: sample })))
    .sort((a, b) => b.count - a.count || a.first.seq - b.first.seq)
}

/** All metrics that any sample of a run has, by name, and whether each of their values is a number. */
export async function listMetrics(db: Db, evaluationId: string): Promise<{ name: string; isNumber: boolean }[]> {
  const found = await db.execute<{ name: string; isNumber: boolean }>(sql`
    select metric.key as name, bool_and(json_typeof(metric.value) = 'number') as "isNumber"
    from ${samples}, json_each(${samples.metrics}) as metric
    where ${samples.evaluationId} = ${evaluationId} and ${current} group by 1 order by 1`)
  return found.rows
}
