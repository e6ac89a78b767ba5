import { and, eq, gt, gte, inArray, isNotNull, lte, type SQL, sql } from "drizzle-orm"
import { comparedCharacters, varyingPart } from "../../../contract/failures/same-error.ts"
import type { ListSampleSummariesQuery } from "../../../contract/index.ts"
import { reviewedIds } from "../reviews/reviewed-ids.ts"
import { reviews, samples } from "../schema.ts"
import { current } from "./sample.ts"

/** The contract's query; only how many and in which order is not left open. */
export type SampleFilter = Partial<ListSampleSummariesQuery>
export type SamplesPage = SampleFilter & Pick<ListSampleSummariesQuery, "sort_by" | "sort_order" | "limit">

/** What of a page's query narrows it down, but for the search; null where nothing does. */
export function filterOf(page: SamplesPage): SampleFilter | null {
  const { after: _, limit: __, sort_by: ___, sort_order: ____, search: _____, search_mode: ______, ...filter } = page
  return Object.values(filter).some((value) => value !== null && value !== undefined && value !== "") ? filter : null
}

/** As its index has it; a missing reward is the lowest. */
const rewardKey = sql`coalesce(${samples.reward}, '-infinity'::float8)`

const problem = sql`${samples.problems} -> 0`
const sameMessage = sql`regexp_replace(left(${problem} ->> 'message', ${comparedCharacters}), ${varyingPart}, '#', 'gi')`
/** Equal for samples with the same error. */
export const errorKey = sql`md5(concat_ws('|', ${samples.errorClass}, ${problem} ->> 'exception', ${problem} ->> 'function', ${sameMessage}))`

/** The current samples that fit every filter but the search (search-samples.ts). */
export const fitting = (filter: SampleFilter): SQL =>
  and(
    current,
    filter.outcome ? eq(samples.outcome, filter.outcome) : undefined,
    filter.error_class ? eq(samples.errorClass, filter.error_class) : undefined,
    filter.error_group ? and(isNotNull(samples.errorClass), sql`${errorKey} = ${filter.error_group}`) : undefined,
    typeof filter.reward_min === "number" ? gte(rewardKey, filter.reward_min) : undefined,
    typeof filter.reward_max === "number" ? and(isNotNull(samples.reward), lte(rewardKey, filter.reward_max)) : undefined,
    filter.example_id ? eq(samples.exampleId, filter.example_id) : undefined,
    filter.sample_ids ? inArray(samples.id, filter.sample_ids.split(",")) : undefined,
    typeof filter.since_seq === "number" ? gt(samples.seq, filter.since_seq) : undefined,
  ) as SQL

/** Those of one run, also by what people said about them. */
export const matching = (evaluationId: string, filter: SampleFilter): SQL =>
  and(
    eq(samples.evaluationId, evaluationId),
    fitting(filter),
    filter.reviewed === true ? sql`${samples.id} = any(${reviewedIds(evaluationId)})` : undefined,
    filter.reviewed === false ? sql`${samples.id} <> all(${reviewedIds(evaluationId)})` : undefined,
    filter.label ? sql`${samples.id} = any(${reviewedIds(evaluationId, sql`${filter.label} = any(${reviews.labels})`)})` : undefined,
  ) as SQL
