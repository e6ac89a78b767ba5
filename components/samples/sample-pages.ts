import type { InfiniteData } from "@tanstack/react-query"
import type { ListSampleSummariesResponse, SampleSummary } from "@/contract/index.ts"

/** A page of the samples table. `known` is the seq up to which samples had been stored when it was read. */
export interface SamplePage extends Pick<ListSampleSummariesResponse, "samples" | "total" | "next" | "metric_names" | "search"> {
  known: number
}

export type SamplePages = InfiniteData<SamplePage, string | null>

/** Every sample once, in the order of the pages, without those that a later one replaced. */
export function samplesOf(pages: SamplePages): SampleSummary[] {
  const all = pages.pages.flatMap((page) => page.samples)
  const seen = new Set(all.flatMap((sample) => sample.supersedes ?? []))
  return pages.pages.flatMap((page) =>
    page.samples.filter((sample) => {
      if (seen.has(sample.sample_id)) return false
      seen.add(sample.sample_id)
      return true
    }),
  )
}

/** How many samples the search has looked through so far, where there are more to look through; null where it covers all. */
export function lookedThrough(pages: SamplePages): number | null {
  const isPart = (pages.pages.at(-1)?.search?.looked_through ?? null) !== null
  return isPart ? pages.pages.reduce((sum, page) => sum + (page.search?.looked_through ?? 0), 0) : null
}

/** Of how many very long samples without a hit the search has looked through the beginning only. */
export const cutShort = (pages: SamplePages): number => pages.pages.reduce((sum, page) => sum + (page.search?.cut_short ?? 0), 0)

/** Samples after this seq are not in the table yet. */
export const knownSeq = (pages: SamplePages): number => pages.pages.reduce((known, page) => Math.max(known, page.known), 0)

/** The pages with samples that came later added below, where they do not move what is being read. */
export function appended(pages: SamplePages, news: SampleSummary[]): SamplePages {
  const last = news.at(-1)
  if (!last) return pages
  const page: SamplePage = { samples: news, total: (pages.pages.at(-1)?.total ?? 0) + news.length, next: null, known: last.seq }
  return { pages: [...pages.pages, page], pageParams: [...pages.pageParams, null] }
}

/** Names of all metrics: those that the platform knows of the run, and those of samples that came since. */
export const metricNames = (known: readonly string[], samples: readonly SampleSummary[]): string[] => [
  ...new Set([...known, ...samples.flatMap((sample) => [...Object.keys(sample.metrics), ...Object.keys(sample.text_metrics ?? {})])]),
]
