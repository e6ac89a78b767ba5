import { type SQL, sql } from "drizzle-orm"
import { cleanText, storableText } from "../../base/json.ts"
import { arrayText, columnOf } from "../column-arrays.ts"
import type { Db } from "../db.ts"
import { indexedNameMax } from "./list-by-metric.ts"
import { metricNumber, type NewSample, type StoredSample } from "./sample.ts"

/** Writes new samples of a run behind seq `from`: their rows, their bodies and the numbers among their metrics. */
export async function writeSamples(
  db: Db,
  evaluationId: string,
  attempt: number,
  from: number,
  stored: readonly StoredSample[],
): Promise<void> {
  const samples = stored.map(({ sample }) => sample)
  const ids = columnOf(
    "text",
    samples.map(({ id }) => id),
  )
  await insertColumns(db, "samples", {
    evaluation_id: sql`${evaluationId}`,
    seq: columnOf(
      "int4",
      samples.map((_, i) => from + i + 1),
    ),
    id: ids,
    dedupe_key: columnOf(
      "text",
      samples.map(({ dedupeKey }) => dedupeKey),
    ),
    example_id: columnOf(
      "text",
      samples.map(({ exampleId }) => exampleId),
    ),
    example_order: columnOf(
      "numeric",
      samples.map(({ exampleOrder }) => exampleOrder),
    ),
    rollout_index: columnOf(
      "int4",
      samples.map(({ rolloutIndex }) => rolloutIndex),
    ),
    draw_place: columnOf(
      "int4",
      samples.map(({ drawPlace }) => drawPlace),
    ),
    attempt: sql`${attempt}::int`,
    supersedes: columnOf(
      "text",
      stored.map(({ supersedes }) => supersedes),
    ),
    reward: columnOf(
      "float8",
      samples.map(({ reward }) => reward),
    ),
    metrics: columnOf(
      "json",
      samples.map(({ metrics }) => storableText(metrics)),
    ),
    outcome: columnOf(
      "text",
      samples.map(({ outcome }) => outcome),
    ),
    error: columnOf(
      "text",
      samples.map(({ error }) => error),
    ),
    error_class: columnOf(
      "text",
      samples.map(({ errorClass }) => errorClass),
    ),
    problems: columnOf(
      "json",
      samples.map(({ problems }) => problems && storableText(problems)),
    ),
    stop_condition: columnOf(
      "text",
      samples.map(({ stopCondition }) => stopCondition),
    ),
    session_ids: columnOf(
      "texts",
      samples.map(({ sessionIds }) => arrayText(sessionIds ?? [])),
    ),
    input_tokens: columnOf(
      "int8",
      samples.map(({ inputTokens }) => inputTokens),
    ),
    output_tokens: columnOf(
      "int8",
      samples.map(({ outputTokens }) => outputTokens),
    ),
    duration_ms: columnOf(
      "float8",
      samples.map(({ durationMs }) => durationMs),
    ),
    prompt_preview: columnOf(
      "text",
      samples.map(({ promptPreview }) => promptPreview),
    ),
    completion_preview: columnOf(
      "text",
      samples.map(({ completionPreview }) => completionPreview),
    ),
  })
  await insertColumns(db, "sample_bodies", {
    sample_id: ids,
    body: columnOf(
      "json",
      samples.map(({ body }) => storableText(body)),
    ),
    episode_key: columnOf(
      "int8",
      samples.map(({ episodeKey }) => episodeKey),
    ),
    trace_key: columnOf(
      "int8",
      samples.map(({ traceKey }) => traceKey),
    ),
  })
  const metrics = samples.flatMap((sample, i) => numbersOf(sample).map((one) => ({ ...one, seq: from + i + 1 })))
  await insertColumns(db, "sample_metrics", {
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
}

async function insertColumns(db: Db, table: string, columns: Record<string, SQL>): Promise<void> {
  const names = sql.raw(Object.keys(columns).join(", "))
  await db.execute(sql`insert into ${sql.raw(table)} (${names}) select ${sql.join(Object.values(columns), sql`, `)}`)
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
