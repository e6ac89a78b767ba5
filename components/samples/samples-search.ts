import { failureClasses } from "@/contract/failures/classes.ts"
import type { RolloutOutcome } from "@/contract/index.ts"
import type { SamplesQuery } from "@/lib/fallback.ts"
import type { SearchParams } from "@/lib/list-search.ts"
import { paths } from "@/lib/paths.ts"

const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value) || undefined

const outcomes: readonly RolloutOutcome[] = ["ok", "truncated", "error"]
const sortPattern = /^(seq|example|reward|duration|tokens|metric:.{1,200})$/

export type SampleFilter = Omit<SamplesQuery, "after" | "since_seq" | "limit">

const numberOf = (text: string | undefined): number | undefined => {
  const value = Number(text)
  return text === undefined || text.trim() === "" || !Number.isFinite(value) ? undefined : value
}

/** The filter and order of the samples table out of the page's address; what is not said stays unset. */
export function parseSamplesSearch(searchParams: SearchParams): SampleFilter {
  const outcome = outcomes.find((one) => one === firstOf(searchParams.outcome))
  const cause = failureClasses.find((one) => one === firstOf(searchParams.cause))
  const rewardMin = numberOf(firstOf(searchParams.min))
  const rewardMax = numberOf(firstOf(searchParams.max))
  const example = firstOf(searchParams.example)
  const search = firstOf(searchParams.q)?.trim().slice(0, 200)
  const sort = firstOf(searchParams.sort)
  const order = firstOf(searchParams.order)
  return {
    ...(outcome ? { outcome } : {}),
    ...(cause ? { error_class: cause } : {}),
    ...(rewardMin === undefined ? {} : { reward_min: rewardMin }),
    ...(rewardMax === undefined ? {} : { reward_max: rewardMax }),
    ...(example ? { example_id: example } : {}),
    ...(search ? { search } : {}),
    ...(sort && sortPattern.test(sort) ? { sort_by: sort } : {}),
    ...(order === "asc" || order === "desc" ? { sort_order: order } : {}),
  }
}

/** The filter as a query string with its question mark, or nothing. */
export function samplesSearch(filter: SampleFilter): string {
  const values: [string, string | number | undefined][] = [
    ["outcome", filter.outcome],
    ["cause", filter.error_class],
    ["min", filter.reward_min],
    ["max", filter.reward_max],
    ["example", filter.example_id],
    ["q", filter.search],
    ["sort", filter.sort_by],
    ["order", filter.sort_order],
  ]
  const search = new URLSearchParams()
  for (const [name, value] of values) if (value !== undefined && value !== "") search.set(name, String(value))
  const text = search.toString()
  return text ? `?${text}` : ""
}

export const samplesHref = (runId: string, filter: SampleFilter): string => `${paths.samples(runId)}${samplesSearch(filter)}`

/** One sample; it keeps the filter, so that the way back and the neighbours stay the same. */
export const sampleHref = (runId: string, sampleId: string, filter: SampleFilter): string =>
  `${paths.sample(runId, sampleId)}${samplesSearch(filter)}`

export const hasSampleFilters = (filter: SampleFilter): boolean =>
  [filter.outcome, filter.error_class, filter.reward_min, filter.reward_max, filter.example_id, filter.search].some(
    (value) => value !== undefined,
  )

/** Examples are read from the first, everything else from the highest. */
export const defaultSampleOrder = (sort: string): "asc" | "desc" => (sort === "example" || sort === "seq" ? "asc" : "desc")

/** The header link of a column. `current` is the order in force, which the filter need not name. */
export function sortSamplesBy(
  runId: string,
  filter: SampleFilter,
  current: { by: string; order: "asc" | "desc" },
  sort: string,
): { href: string; direction: "asc" | "desc" | null } {
  const direction = current.by === sort ? current.order : null
  const order = direction === null ? defaultSampleOrder(sort) : direction === "asc" ? "desc" : "asc"
  return { href: samplesHref(runId, { ...filter, sort_by: sort, sort_order: order }), direction }
}

/**
 * The order in force. Without a choice, the samples of a run at work stand in the order in which they come, so that new
 * ones are added below what is being read; those of an ended run stand by example.
 */
export function sampleOrder(filter: SampleFilter, isRunning: boolean): { by: string; order: "asc" | "desc" } {
  const by = filter.sort_by ?? (isRunning ? "seq" : "example")
  return { by, order: filter.sort_order ?? defaultSampleOrder(by) }
}
