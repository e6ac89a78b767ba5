import {
  isJsonNumber,
  type JsonObject,
  numberOf,
  problemsInRow,
  type RowFacts,
  rowFacts,
  type SampleProblem,
} from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import { storableText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { countSamplesOfAttempt } from "../evaluations/attempts.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { updateEvaluation } from "../evaluations/evaluations.ts"
import { dividable, sumWith } from "../evaluations/reward-sum.ts"
import { insertExampleClusters } from "./example-clusters.ts"
import { type MetricValue, type NewSample, numberIn, type StoredSample } from "./sample.ts"
import { insertSamples, sumSamples } from "./samples.ts"

/**
 * A row of results as a sample to store. `order` is the example's place where its id is no number; `problems` is what is known
 * beyond the row of what went wrong, and `body` what is kept of it.
 */
export function toNewSample(
  row: JsonObject,
  identity: { dedupeKey: string; rolloutIndex: number; order: number; exampleId?: string },
  problems: SampleProblem[] = problemsInRow(row),
  body: JsonObject = row,
): NewSample {
  const facts = rowFacts(row)
  const exampleId = identity.exampleId ?? (facts.exampleId || String(identity.order))
  return {
    id: newId(),
    dedupeKey: identity.dedupeKey,
    exampleId,
    exampleOrder: numberIn(exampleId) ?? String(identity.order),
    rolloutIndex: identity.rolloutIndex,
    reward: facts.reward,
    metrics: metricValues(facts),
    outcome: facts.outcome,
    error: facts.error,
    errorClass: problems[0]?.class ?? null,
    problems: problems.length > 0 ? problems : null,
    stopCondition: facts.stopCondition,
    sessionIds: facts.sessionIds,
    inputTokens: facts.inputTokens,
    outputTokens: facts.outputTokens,
    durationMs: facts.durationMs,
    promptPreview: facts.promptPreview,
    completionPreview: facts.completionPreview,
    lostValues: facts.lostValues,
    bodyText: storableText(body),
  }
}

/** Metrics as a sample keeps them: numbers with all of their digits. */
const metricValues = ({ metrics, textMetrics }: RowFacts): Record<string, MetricValue> => ({
  ...metrics,
  ...Object.fromEntries(
    Object.entries(textMetrics).map(([name, text]) => [
      name,
      Object.hasOwn(metrics, name) && isJsonNumber(text) ? numberOf(text, "large") : text,
    ]),
  ),
})

/** How many there are of something in a run, and where the first is; null where that is not known. */
export interface Found {
  count: number
  first: string | null
}

/** What is known of something after some more of it was found. */
export const foundAfter = (known: unknown, more: Found): Found => {
  const before = known as Found | undefined
  return { count: (before?.count ?? 0) + more.count, first: before?.first ?? more.first }
}

/**
 * Stores samples of an evaluation whose row the caller has locked, and moves its counters and those of its attempt by exactly what
 * was new.
 * @returns the row as it is now
 */
export async function storeSamples(
  tx: Db,
  row: EvaluationRecord,
  news: NewSample[],
  also: Partial<EvaluationRecord> = {},
): Promise<EvaluationRecord> {
  const stored = await insertSamples(tx, row.id, Math.max(1, row.attempt), row.samplesDone + row.samplesSuperseded, news)
  await insertExampleClusters(
    tx,
    row,
    stored.map(({ sample }) => sample),
  )
  const superseded = stored.filter(({ supersedes }) => supersedes !== null).length
  const errored = stored.filter(({ sample }) => sample.outcome === "error").length
  if (stored.length > 0 && row.attempt > 0) await countSamplesOfAttempt(tx, row.id, row.attempt, stored.length, errored)
  const sums = superseded === 0 ? sumsWith(row, stored, errored) : await sumSamples(tx, row.id)
  return (await updateEvaluation(tx, row.id, {
    ...also,
    ...sums,
    samplesSuperseded: row.samplesSuperseded + superseded,
  })) as EvaluationRecord
}

function sumsWith(row: EvaluationRecord, stored: StoredSample[], errored: number): Partial<EvaluationRecord> {
  const rewards = stored.flatMap(({ sample }) => sample.reward ?? [])
  const rewardCount = row.rewardCount + rewards.length
  return {
    samplesDone: row.samplesDone + stored.length,
    samplesErrored: row.samplesErrored + errored,
    ...dividable(sumWith(row, rewards), rewardCount),
    rewardCount,
    rewardMin: least(row.rewardMin, rewards),
    rewardMax: most(row.rewardMax, rewards),
  }
}

const least = (known: number | null, values: number[]) => values.reduce<number | null>((a, b) => (a === null || b < a ? b : a), known)
const most = (known: number | null, values: number[]) => values.reduce<number | null>((a, b) => (a === null || b > a ? b : a), known)
