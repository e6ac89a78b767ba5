import type { ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"
import { sampleTest } from "@/contract/samples/samples.ts"
import type { SamplesQuery } from "./reads.ts"

const compareText = new Intl.Collator("en", { numeric: true }).compare

function sortKey(sample: SampleSummary, by: string): number {
  if (by === "reward") return sample.reward ?? Number.NEGATIVE_INFINITY
  if (by === "duration") return sample.duration_ms ?? Number.NEGATIVE_INFINITY
  if (by === "tokens") return sample.input_tokens === null ? Number.NEGATIVE_INFINITY : sample.input_tokens + (sample.output_tokens ?? 0)
  if (by.startsWith("metric:")) return sample.metrics[by.slice("metric:".length)] ?? Number.NEGATIVE_INFINITY
  return sample.seq
}

/** Filters, sorts and pages summaries as the platform would. */
export function selectSummaries(
  all: readonly SampleSummary[],
  query: SamplesQuery,
): Pick<ListSampleSummariesResponse, "samples" | "total" | "next"> {
  const { sort_by = "example", sort_order = "asc", limit = 100 } = query
  const found = all.filter(sampleTest(query))
  const sign = sort_order === "desc" ? -1 : 1
  const before = (a: SampleSummary, b: SampleSummary) => {
    if (sort_by === "example") return compareText(a.example_id, b.example_id)
    const [left, right] = [sortKey(a, sort_by), sortKey(b, sort_by)]
    return left === right ? 0 : left - right
  }
  const sorted = found.sort((a, b) => sign * (before(a, b) || a.seq - b.seq))
  const from = Number(query.after ?? 0)
  const samples = sorted.slice(from, from + limit)
  return { samples, total: found.length, next: from + limit < found.length ? String(from + limit) : null }
}
