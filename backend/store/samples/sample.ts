import { sql } from "drizzle-orm"
import { exactText } from "../../../contract/index.ts"
import type { Selected } from "../fields.ts"
import { samples } from "../schema.ts"

export const sampleFields = {
  evaluationId: samples.evaluationId,
  seq: samples.seq,
  id: samples.id,
  dedupeKey: samples.dedupeKey,
  exampleId: samples.exampleId,
  exampleOrder: samples.exampleOrder,
  rolloutIndex: samples.rolloutIndex,
  attempt: samples.attempt,
  supersedes: samples.supersedes,
  superseded: samples.superseded,
  redo: samples.redo,
  reward: samples.reward,
  metrics: samples.metrics,
  outcome: samples.outcome,
  error: samples.error,
  errorClass: samples.errorClass,
  problems: samples.problems,
  stopCondition: samples.stopCondition,
  sessionIds: samples.sessionIds,
  inputTokens: samples.inputTokens,
  outputTokens: samples.outputTokens,
  durationMs: samples.durationMs,
  promptPreview: samples.promptPreview,
  completionPreview: samples.completionPreview,
  createdAt: samples.createdAt,
}

/** What lists, filters and statistics read of a sample; its body is read apart. */
export type SampleRecord = Selected<typeof sampleFields>

/** What a sample keeps of one of its metrics. */
export type MetricValue = SampleRecord["metrics"][string]

/** The number that a metric is counted with; null for one that is text. */
export const metricNumber = (value: MetricValue): number | null => (typeof value === "string" ? null : Number(exactText(value) ?? value))

/** Those of a sample's metrics that are numbers, as they are counted with. */
export const numericMetrics = (metrics: SampleRecord["metrics"]): Record<string, number> =>
  Object.fromEntries(
    Object.entries(metrics)
      .map(([name, value]) => [name, metricNumber(value)] as const)
      .filter((entry): entry is [string, number] => entry[1] !== null),
  )

/** Those that are texts, and the digits of numbers that a double would change. */
export const textMetrics = (metrics: SampleRecord["metrics"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(metrics)
      .map(([name, value]) => [name, exactText(value) ?? value] as const)
      .filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  )

export type NewSample = Omit<typeof samples.$inferInsert, "seq" | "evaluationId" | "attempt" | "supersedes" | "superseded" | "redo"> & {
  /** The body's JSON as it is stored. The body itself, of many small values, is not kept while others are read. */
  bodyText: string
  /** Where the rest of the body is kept, when the sample came as an episode or a trace. */
  episodeKey?: number | null
  traceKey?: number | null
  /** How many values of the body its columns could not keep. */
  lostValues?: number
  /** Takes the place of the sample that an earlier attempt stored for the same rollout. */
  replaces?: boolean
}

/** A sample that is new, and the one whose place it took. */
export interface StoredSample {
  sample: NewSample
  supersedes: string | null
}

export const current = sql`not ${samples.superseded}`

/** The number that a text is, as Postgres reads it; integers have all of their digits. */
export function numberIn(text: string): string | null {
  if (/^-?\d{1,100}$/.test(text)) return text
  const number = Number(text)
  return text.trim() !== "" && Number.isFinite(number) ? String(number) : null
}
