import { failureWordings } from "@/contract/failures/classes.ts"
import { sameMessage } from "@/contract/failures/same-error.ts"
import { problemsInRow } from "@/contract/failures/sample-problems.ts"
import type { JsonObject, ListErrorGroupsResponse, RunStatistics, SampleDetail, SampleSummary } from "@/contract/index.ts"
import { runStatistics } from "@/contract/statistics/statistics.ts"
import { ApiError } from "../api/error.ts"
import type { PlainReads } from "./reads.ts"
import { toSampleSummary } from "./sample-summary.ts"

const pageSize = 100
const pagesMax = 50

/** All samples of a run, or the first 5000 of a larger one. */
export async function readAllSamples(platform: Pick<PlainReads, "samples">): Promise<JsonObject[]> {
  const rows: JsonObject[] = []
  for (let page = 1; page <= pagesMax; page++) {
    const { samples, total } = await platform.samples(page, pageSize)
    rows.push(...samples)
    if (samples.length === 0 || rows.length >= total) break
  }
  return rows
}

/**
 * One sample by its position among the raw ones, which is its id there.
 * @throws ApiError 404 when there is none
 */
export async function sampleAt(platform: Pick<PlainReads, "samples">, sampleId: string): Promise<SampleDetail> {
  const position = Number(sampleId)
  if (!Number.isInteger(position) || position < 0) throw new ApiError(404, "There is no such sample")
  const { samples, total } = await platform.samples(Math.floor(position / pageSize) + 1, pageSize)
  const sample = samples[position % pageSize]
  if (!sample) throw new ApiError(404, "There is no such sample")
  return {
    summary: toSampleSummary(sample, position, 0),
    sample,
    problems: problemsInRow(sample),
    previous_id: position > 0 ? String(position - 1) : null,
    next_id: position + 1 < total ? String(position + 1) : null,
  }
}

/** Problems by cause as the platform groups them. Which settings the run had is not in its rows, so no fix is offered. */
export function errorGroupsOf(rows: readonly JsonObject[]): ListErrorGroupsResponse["groups"] {
  const groups = new Map<string, ListErrorGroupsResponse["groups"][number]>()
  rows.forEach((row, position) => {
    const [first] = problemsInRow(row)
    if (!first) return
    const { title, explanation, advice } = failureWordings[first.class]
    const key = JSON.stringify([first.class, first.exception, first.function, sameMessage(first.message ?? "")])
    const known = groups.get(key)
    if (known) known.samples++
    else groups.set(key, { class: first.class, title, explanation, advice, samples: 1, sample_id: String(position), first, fix: null })
  })
  return [...groups.values()].sort((a, b) => b.samples - a.samples)
}

/** The statistics that the platform would give, out of summaries. */
export function statisticsOf(evaluationId: string, summaries: SampleSummary[], passThreshold?: number | null): RunStatistics {
  return runStatistics(
    evaluationId,
    summaries.map(({ example_id, reward, metrics, text_metrics, outcome, duration_ms }) => ({
      example_id,
      reward,
      metrics: { ...text_metrics, ...metrics },
      errored: outcome === "error",
      truncated: outcome === "truncated",
      duration_ms,
    })),
    passThreshold ?? undefined,
  )
}
