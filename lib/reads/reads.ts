import type * as z from "zod"
import type {
  FindLogHitsResponse,
  GetSamplesResponse,
  ListErrorGroupsResponse,
  ListLogLinesQuery,
  ListLogLinesResponse,
  ListRunSandboxesResponse,
  ListSampleNodesQuery,
  ListSampleNodesResponse,
  ListSampleSummariesQuery,
  ListSampleSummariesResponse,
  LogFilter,
  ReviewSummary,
  RunFindings,
  RunStatistics,
  SampleDetail,
} from "@/contract/index.ts"

export type SamplesQuery = Partial<ListSampleSummariesQuery>
export type LogQuery = Partial<ListLogLinesQuery>

/** The two plain reads that every platform offers. */
export interface PlainReads {
  samples(page: number, limit: number): Promise<z.infer<typeof GetSamplesResponse>>
  logText(): Promise<string>
}

/** What the pages of one run read. */
export interface RunReads {
  summaries(query: SamplesQuery): Promise<ListSampleSummariesResponse>
  /** @param passThreshold a rollout passes when its reward is at least this; a platform that does not know it answers with its own */
  statistics(passThreshold?: number | null): Promise<RunStatistics>
  errorGroups(): Promise<ListErrorGroupsResponse>
  /** Null on a platform that finds none. */
  findings(): Promise<RunFindings | null>
  /** What people's reviews come to; null on a platform that keeps none. @param passThreshold as for statistics */
  reviewSummary(passThreshold?: number | null): Promise<ReviewSummary | null>
  sample(sampleId: string): Promise<SampleDetail>
  sampleNodes(sampleId: string, query: Partial<ListSampleNodesQuery>): Promise<ListSampleNodesResponse>
  logLines(query: LogQuery): Promise<ListLogLinesResponse>
  logHits(query: LogFilter & { from: number }): Promise<FindLogHitsResponse>
  sandboxes(): Promise<ListRunSandboxesResponse>
}

/** The same reads as the contract has them, and the plain ones. */
export interface PlatformReads extends RunReads, PlainReads {}
