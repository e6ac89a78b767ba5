import { ApiError } from "../api/error.ts"
import type { PlatformReads, RunReads } from "./reads.ts"

/** Extension endpoints that this platform turned out not to have. */
const missing = new Set<keyof RunReads>()

/** The extension's answer, or where the platform lacks it, the same computed from plain reads. */
async function withFallback<T>(read: keyof RunReads, extension: () => Promise<T>, fallback: () => Promise<T>): Promise<T> {
  if (missing.has(read)) return fallback()
  try {
    return await extension()
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
    // Only if the plain read answers was the endpoint missing, and not the run.
    const value = await fallback().catch((second) => Promise.reject(second instanceof ApiError && second.status === 404 ? error : second))
    missing.add(read)
    return value
  }
}

/**
 * Reads of a run that use the platform's extensions where it has them, and else compute the same from raw samples and log text.
 * The code for that is loaded when it is first needed.
 */
export function runReads(evaluationId: string, platform: PlatformReads): RunReads {
  let loading: Promise<RunReads> | undefined
  const plain = () => {
    loading ??= import("./plain-reads.ts").then(({ plainReads }) => plainReads(evaluationId, platform))
    return loading
  }
  const sampleByPosition = async (sampleId: string) => {
    // A platform with summaries has ids of its own: then the sample is missing, not the endpoint.
    const hasIds = !missing.has("summaries") && (await succeeds(platform.summaries({ limit: 1 })))
    if (hasIds) throw new ApiError(404, "There is no such sample")
    return (await plain()).sample(sampleId)
  }
  return {
    summaries: (query) =>
      withFallback(
        "summaries",
        () => platform.summaries(query),
        async () => (await plain()).summaries(query),
      ),
    statistics: (passThreshold) =>
      withFallback(
        "statistics",
        () => platform.statistics(passThreshold),
        async () => (await plain()).statistics(passThreshold),
      ),
    errorGroups: () => withFallback("errorGroups", platform.errorGroups, async () => (await plain()).errorGroups()),
    findings: () => withFallback("findings", platform.findings, async () => (await plain()).findings()),
    reviewSummary: (passThreshold) =>
      withFallback(
        "reviewSummary",
        () => platform.reviewSummary(passThreshold),
        async () => (await plain()).reviewSummary(passThreshold),
      ),
    sample: (sampleId) =>
      withFallback(
        "sample",
        () => platform.sample(sampleId),
        () => sampleByPosition(sampleId),
      ),
    sampleNodes: (sampleId, query) =>
      withFallback(
        "sampleNodes",
        () => platform.sampleNodes(sampleId, query),
        async () => (await plain()).sampleNodes(sampleId, query),
      ),
    logLines: (query) =>
      withFallback(
        "logLines",
        () => platform.logLines(query),
        async () => (await plain()).logLines(query),
      ),
    logHits: (query) =>
      withFallback(
        "logHits",
        () => platform.logHits(query),
        async () => (await plain()).logHits(query),
      ),
    sandboxes: () => withFallback("sandboxes", platform.sandboxes, async () => (await plain()).sandboxes()),
  }
}

const succeeds = (read: Promise<unknown>): Promise<boolean> =>
  read.then(
    () => true,
    () => false,
  )
