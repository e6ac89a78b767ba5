import "server-only"
import { notFound } from "next/navigation"
import { cache } from "react"
import { environmentOf, modelOf } from "@/components/shared/run-facts.ts"
import type { Evaluation, ListAttemptsResponse, ListCommentsResponse, SampleDetail, SampleSummary } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api, readExtensions } from "@/lib/api/server.ts"
import type { RunReads } from "@/lib/reads/reads.ts"
import { runReads } from "@/lib/reads/run-reads.ts"

/** Shows the "not found" page when the platform answers 404. */
export async function orNotFound<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) notFound()
    throw error
  }
}

const findRun = cache(async (id: string): Promise<{ data: Evaluation; at: number }> => {
  const at = Date.now()
  const run = await (await api()).getEvaluation({ params: { evaluation_id: id } })
  return { data: { ...run, logs: null }, at }
})

/** The run of this request, read once for layout and page. The log has its own page and is not sent along. */
export const readRun = (id: string) => orNotFound(findRun(id))

export const readAttempts = async (id: string): Promise<ListAttemptsResponse> =>
  (await api()).listAttempts({ params: { evaluation_id: id } })

/** What a run's tabs are called: its model and environment, since many runs have one name; the page itself says when there is no run. */
export const readRunTitle = (id: string): Promise<string> =>
  findRun(id).then(
    ({ data }) =>
      [modelOf(data), data.environment?.name ?? environmentOf(data).text].filter((part) => part && part !== "–").join(" · ") || data.name,
    () => "Evaluation",
  )

/** Reads of one run on the server. */
export const serverReads = cache((id: string): RunReads => {
  const params = { evaluation_id: id }
  return runReads(id, {
    summaries: async (query) => (await api()).listSampleSummaries({ params, query }),
    statistics: async (passThreshold) => (await api()).getRunStatistics({ params, query: { pass_threshold: passThreshold } }),
    errorGroups: async () => (await api()).listErrorGroups({ params }),
    sample: async (sampleId) => (await api()).getSample({ params: { ...params, sample_id: sampleId } }),
    findings: async () => (await api()).getRunFindings({ params }),
    reviewSummary: async (passThreshold) => (await api()).getReviewSummary({ params, query: { pass_threshold: passThreshold } }),
    sampleNodes: async (sampleId, query) => (await api()).listSampleNodes({ params: { ...params, sample_id: sampleId }, query }),
    logLines: async (query) => (await api()).listLogLines({ params, query }),
    logHits: async (query) => (await api()).findLogHits({ params, query }),
    sandboxes: async () => (await api()).listRunSandboxes({ params }),
    samples: async (page, limit) => (await api()).getSamples({ params, query: { page, limit } }),
    logText: async () => (await (await api()).getHostedEvaluationLogs({ params })).logs,
  })
})

/** The first samples of a run in the order of the draw. */
export const readDrawn = async (id: string, count: number): Promise<SampleSummary[]> =>
  (await serverReads(id).summaries({ sort_by: "draw", sort_order: "asc", limit: count })).samples

/** The newest comments on a run, or on a sample; null on a platform that keeps none. */
export async function readComments(id: string, sampleId: string | null): Promise<ListCommentsResponse | null> {
  if (!(await readExtensions()).has("listComments")) return null
  return (await api()).listComments({ params: { evaluation_id: id }, query: { sample_id: sampleId } })
}

/** One sample, read once for a page and its title. */
export const readSample = cache((id: string, sampleId: string): Promise<SampleDetail> => serverReads(id).sample(sampleId))
