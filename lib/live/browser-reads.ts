import { get } from "@/lib/api/browser.ts"
import type { RunReads } from "@/lib/reads/reads.ts"
import { runReads } from "@/lib/reads/run-reads.ts"

const known = new Map<string, RunReads>()

/** Reads of one run in the browser. */
export function browserReads(id: string): RunReads {
  const existing = known.get(id)
  if (existing) return existing
  const params = { evaluation_id: id }
  const reads = runReads(id, {
    summaries: (query) => get("/evaluations/{evaluation_id}/sample-summaries", params, query),
    statistics: (passThreshold) => get("/evaluations/{evaluation_id}/statistics", params, { pass_threshold: passThreshold }),
    errorGroups: () => get("/evaluations/{evaluation_id}/error-groups", params),
    sample: (sampleId) => get("/evaluations/{evaluation_id}/samples/{sample_id}", { ...params, sample_id: sampleId }),
    findings: () => get("/evaluations/{evaluation_id}/findings", params),
    reviewSummary: (passThreshold) => get("/evaluations/{evaluation_id}/reviews/summary", params, { pass_threshold: passThreshold }),
    sampleNodes: (sampleId, query) =>
      get("/evaluations/{evaluation_id}/samples/{sample_id}/nodes", { ...params, sample_id: sampleId }, query),
    logLines: (query) => get("/evaluations/{evaluation_id}/log-lines", params, query),
    logHits: (query) => get("/evaluations/{evaluation_id}/log-hits", params, query),
    sandboxes: () => get("/evaluations/{evaluation_id}/sandboxes", params),
    samples: (page, limit) => get("/evaluations/{evaluation_id}/samples", params, { page, limit }),
    logText: async () => (await get("/hosted-evaluations/{evaluation_id}/logs", params)).logs,
  })
  known.set(id, reads)
  return reads
}
