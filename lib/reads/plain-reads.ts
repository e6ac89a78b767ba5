import { logLinesOf, selectLogLines } from "./log-lines.ts"
import { errorGroupsOf, readAllSamples, sampleAt, statisticsOf } from "./raw-samples.ts"
import type { PlainReads, RunReads } from "./reads.ts"
import { toSampleSummaries } from "./sample-summary.ts"
import { selectSummaries } from "./select-summaries.ts"

const samplesKeptMs = 5000

/** Every read of a run, computed from raw samples and log text. A sample's id is its position among the raw ones. */
export function plainReads(evaluationId: string, platform: PlainReads): RunReads {
  let kept: { at: number; rows: ReturnType<typeof readAllSamples> } | null = null
  const rows = () => {
    if (kept === null || Date.now() - kept.at > samplesKeptMs) kept = { at: Date.now(), rows: readAllSamples(platform) }
    return kept.rows
  }
  const summaries = async () => toSampleSummaries(await rows())
  const lines = async () => logLinesOf(await platform.logText())
  const evaluation = { evaluation_id: evaluationId }
  return {
    summaries: async (query) => ({ ...evaluation, ...selectSummaries(await summaries(), query) }),
    statistics: async (passThreshold) => statisticsOf(evaluationId, await summaries(), passThreshold),
    errorGroups: async () => ({ ...evaluation, groups: errorGroupsOf(await rows()) }),
    sample: (sampleId) => sampleAt(platform, sampleId),
    findings: async () => null,
    reviewSummary: async () => null,
    sampleNodes: async (sample_id, { list = "messages" }) => ({ ...evaluation, sample_id, list, nodes: [], total: 0, next: null }),
    logLines: async (query) => ({ ...evaluation, ...selectLogLines(await lines(), query) }),
    logHits: async (query) => {
      const found = selectLogLines(await lines(), { ...query, limit: Number.MAX_SAFE_INTEGER })
      return { ...evaluation, numbers: found.lines.map(({ n }) => n), total: found.total, next: found.next }
    },
    sandboxes: async () => ({ ...evaluation, sandboxes: [], total: 0, active: 0, seconds: 0 }),
  }
}
