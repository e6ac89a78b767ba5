import type { JsonObject } from "../../../contract/index.ts"
import type { Selected } from "../fields.ts"
import { episodes, traces } from "../schema.ts"

export const traceFields = {
  key: traces.key,
  owner: traces.owner,
  id: traces.id,
  uploadId: traces.uploadId,
  generation: traces.generation,
  userId: traces.userId,
  episodeKey: traces.episodeKey,
  episodeId: traces.episodeId,
  place: traces.place,
  evaluationId: traces.evaluationId,
  runId: traces.runId,
  runType: traces.runType,
  runStep: traces.runStep,
  environmentId: traces.environmentId,
  modelId: traces.modelId,
  taskId: traces.taskId,
  agentName: traces.agentName,
  reward: traces.reward,
  outcome: traces.outcome,
  hasError: traces.hasError,
  isTruncated: traces.isTruncated,
  durationMs: traces.durationMs,
  totalTokens: traces.totalTokens,
  sizeBytes: traces.sizeBytes,
  nodes: traces.nodes,
  modelTurns: traces.modelTurns,
  toolCalls: traces.toolCalls,
  userMessages: traces.userMessages,
  toolNames: traces.toolNames,
  metrics: traces.metrics,
  context: traces.context,
  createdAt: traces.createdAt,
  ingestedAt: traces.ingestedAt,
}

/** What is stored of a trace beside its document. */
export type TraceRecord = Selected<typeof traceFields>

export const episodeFields = {
  key: episodes.key,
  owner: episodes.owner,
  id: episodes.id,
  uploadId: episodes.uploadId,
  evaluationId: episodes.evaluationId,
  runId: episodes.runId,
  runStep: episodes.runStep,
  environmentId: episodes.environmentId,
  outcome: episodes.outcome,
  hasError: episodes.hasError,
  errorType: episodes.errorType,
  errorMessage: episodes.errorMessage,
  createdAt: episodes.createdAt,
  ingestedAt: episodes.ingestedAt,
}

/** What is stored of an episode beside its document. */
export type EpisodeRecord = Selected<typeof episodeFields>

export interface NewNode {
  parent: number | null
  role: string | null
  sampled: boolean
  at: number | null
  /** Bytes of the message in the document. */
  start: number
  length: number
  links: { node: number; type: string }[] | null
}

export interface NewCall {
  node: number | null
  timeStart: number | null
  timeEnd: number | null
  model: string | null
  endpoint: string | null
  finishReason: string | null
  usage: JsonObject | null
  error: JsonObject | null
}

/** A trace to store; its owner and its run are given once for a batch. */
export type NewTrace = Omit<
  TraceRecord,
  "key" | "owner" | "uploadId" | "generation" | "userId" | "episodeKey" | "context" | "runType" | "ingestedAt" | "nodes"
> & {
  document: Uint8Array
  digest: string | null
  nodes: NewNode[]
  calls: NewCall[]
}

export type NewEpisode = Omit<EpisodeRecord, "key" | "owner" | "uploadId" | "ingestedAt"> & {
  digest: string
  /** The document without its traces, and the places in it where each of them stood. */
  frame: Uint8Array
  gaps: number[]
}

/** A line of an upload: an episode with its traces, or one trace without. */
export interface NewRecord {
  episode: NewEpisode | null
  traces: NewTrace[]
}

/** What the records of one upload have in common. */
export interface UploadedBy {
  owner: string
  userId: string
  uploadId: string
  runType: "eval" | "train" | "unknown"
  context: Record<string, string>
}
