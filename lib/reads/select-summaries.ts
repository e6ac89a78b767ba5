import type { ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"
import { sampleTest } from "@/contract/samples/samples.ts"
import type { SamplesQuery } from "./reads.ts"

const compareText = new Intl.Collator("en", { numeric: true }).compare

function sortKey(sample: SampleSummary, by: string): number | null {
  if (by === "reward") return sample.reward
  if (by === "duration") return sample.duration_ms
  if (by === "tokens") return sample.input_tokens === null ? null : sample.input_tokens + (sample.output_tokens ?? 0)
  if (!by.startsWith("metric:")) return sample.seq
  const name = by.slice("metric:".length)
  return Object.hasOwn(sample.metrics, name) ? (sample.metrics[name] as number) : null
}

/** Filters, sorts and pages summaries as the platform would. */
export function selectSummaries(all: readonly SampleSummary[], query: SamplesQuery): Omit<ListSampleSummariesResponse, "evaluation_id"> {
  const { sort_by = "example", sort_order = "asc", limit = 100 } = query
  const found = all.filter(sampleTest(query))
  const sign = sort_order === "desc" ? -1 : 1
  const before = (a: SampleSummary, b: SampleSummary) => {
    if (sort_by === "example") return compareText(a.example_id, b.example_id)
    // What has no value comes last in both directions.
    const last = sign * Number.POSITIVE_INFINITY
    const [left, right] = [sortKey(a, sort_by) ?? last, sortKey(b, sort_by) ?? last]
    return left === right ? 0 : left - right
  }
  const sorted = found.sort((a, b) => sign * (before(a, b) || a.seq - b.seq))
  const from = Number(query.after ?? 0)
  const samples = sorted.slice(from, from + limit)
  const names = new Set(all.flatMap(({ metrics, text_metrics: texts }) => [...Object.keys(metrics), ...Object.keys(texts ?? {})]))
  return { samples, total: found.length, next: from + limit < found.length ? String(from + limit) : null, metric_names: [...names] }
}
