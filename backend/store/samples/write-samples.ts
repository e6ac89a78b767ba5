import { type SQL, sql } from "drizzle-orm"
import { cleanText, storableText } from "../../base/json.ts"
import { arrayText, type ColumnValue, columnOf } from "../column-arrays.ts"
import type { Db } from "../db.ts"
import { indexedNameMax } from "./list-by-metric.ts"
import { metricNumber, type NewSample, type StoredSample } from "./sample.ts"
import { demandSampleTexts } from "./sample-texts.ts"

/**
 * Writes new samples of a run behind seq `from`: their rows, their bodies and the numbers among their metrics, and that their texts are to be stored, in
 * one statement, so that Postgres need not wait for this process between them, which may read what comes next meanwhile.
 */
export async function writeSamples(
  db: Db,
  evaluationId: string,
  attempt: number,
  from: number,
  stored: readonly StoredSample[],
): Promise<void> {
  const samples = stored.map(({ sample }) => sample)
  const column = (kind: Parameters<typeof columnOf>[0], of: (sample: NewSample, i: number) => ColumnValue) =>
    columnOf(kind, samples.map(of))
  const ids = column("text", ({ id }) => id)
  const rows = insertOf("samples", {
    evaluation_id: sql`${evaluationId}`,
    seq: column("int4", (_, i) => from + i + 1),
    id: ids,
    dedupe_key: column("text", ({ dedupeKey }) => dedupeKey),
    example_id: column("text", ({ exampleId }) => exampleId),
    example_order: column("numeric", ({ exampleOrder }) => exampleOrder),
    rollout_index: column("int4", ({ rolloutIndex }) => rolloutIndex),
    draw_place: column("int4", ({ drawPlace }) => drawPlace),
    attempt: sql`${attempt}::int`,
    supersedes: columnOf(
      "text",
      stored.map(({ supersedes }) => supersedes),
    ),
    reward: column("float8", ({ reward }) => reward),
    metrics: column("json", ({ metrics }) => storableText(metrics)),
    outcome: column("text", ({ outcome }) => outcome),
    error: column("text", ({ error }) => error),
    error_class: column("text", ({ errorClass }) => errorClass),
    problems: column("json", ({ problems }) => problems && storableText(problems)),
    stop_condition: column("text", ({ stopCondition }) => stopCondition),
    session_ids: column("texts", ({ sessionIds }) => arrayText(sessionIds ?? [])),
    input_tokens: column("int8", ({ inputTokens }) => inputTokens),
    output_tokens: column("int8", ({ outputTokens }) => outputTokens),
    duration_ms: column("float8", ({ durationMs }) => durationMs),
    prompt_preview: column("text", ({ promptPreview }) => promptPreview),
    completion_preview: column("text", ({ completionPreview }) => completionPreview),
  })
  const bodies = insertOf("sample_bodies", {
    sample_id: ids,
    body: column("json", ({ bodyText }) => bodyText),
    episode_key: column("int8", ({ episodeKey }) => episodeKey),
    trace_key: column("int8", ({ traceKey }) => traceKey),
  })
  const metrics = samples.flatMap((sample, i) => numbersOf(sample).map((one) => ({ ...one, seq: from + i + 1 })))
  const numbers = insertOf("sample_metrics", {
    evaluation_id: sql`${evaluationId}`,
    name: columnOf(
      "text",
      metrics.map(({ name }) => name),
    ),
    value: columnOf(
      "float8",
      metrics.map(({ value }) => value),
    ),
    seq: columnOf(
      "int4",
      metrics.map(({ seq }) => seq),
    ),
  })
  const texts = demandSampleTexts(db, evaluationId, from + stored.length)
  await db.execute(sql`with new_samples as (${rows}), new_bodies as (${bodies}), new_texts as (${texts.getSQL()}) ${numbers}`)
}

function insertOf(table: string, columns: Record<string, SQL>): SQL {
  const names = sql.raw(Object.keys(columns).join(", "))
  return sql`insert into ${sql.raw(table)} (${names}) select ${sql.join(Object.values(columns), sql`, `)}`
}

/** The numbers among a sample's metrics by which samples are sorted. */
function numbersOf({ metrics }: NewSample): { name: string; value: number }[] {
  const found = new Map<string, { name: string; value: number }>()
  for (const [given, metric] of Object.entries(metrics)) {
    const value = metricNumber(metric)
    if (value === null || given.length > indexedNameMax) continue
    // Names that differ in what no text of Postgres can hold become one.
    const name = cleanText(given)
    found.set(`${value} ${name}`, { name, value })
  }
  return [...found.values()]
}
