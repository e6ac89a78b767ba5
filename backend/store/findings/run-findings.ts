import { and, eq, sql } from "drizzle-orm"
import { measuredOf, SeenSamples } from "../../../contract/findings/findings.ts"
import { observe } from "../../../contract/findings/observed.ts"
import { declaredIn, type RunFindings } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { listRunsBefore } from "../evaluations/earlier-runs.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { statisticsBasis } from "../evaluations/run-statistics.ts"
import { numericMetrics, type SampleRecord } from "../samples/sample.ts"
import { eachStoredSample } from "../samples/sample-bodies.ts"
import { listMeasured } from "../samples/scores.ts"
import { runFindings } from "../schema.ts"

/** Grows when findings are made otherwise: those kept in the database from before are made again. */
const shape = 1
/** Metrics are held against those of so many runs before this one, and of each against its first samples. */
const earlierMax = 5
const earlierSamplesMax = 2000
/** A worker that has not kept what it found by then is gone. */
const patienceMinutes = 15

const basisOf = (row: EvaluationRecord): string => `${shape} ${statisticsBasis(row)}`

/**
 * Reads the first samples of a run, and finds what stands out among them.
 * @param onSample is waited for after each of them
 */
export async function findAmong(
  db: Db,
  row: EvaluationRecord,
  most: number,
  onSample: () => Promise<void> = async () => {},
): Promise<RunFindings> {
  const seen = new SeenSamples()
  for await (const { sample, body } of eachStoredSample(db, row.id, Math.min(row.samplesDone, most))) {
    seen.add(observe(factsOf(sample), body))
    await onSample()
  }
  return seen.findings(row.id, row.samplesDone, {
    earlier: await readEarlier(db, row),
    named: declaredIn(row.metadata).agreeing_metrics ?? [],
  })
}

/** What the rollouts of earlier runs of the same environment were given. */
async function readEarlier(db: Db, row: EvaluationRecord) {
  const earlier = await listRunsBefore(db, row, earlierMax)
  const runs = await Promise.all(earlier.map((id) => listMeasured(db, id, earlierSamplesMax)))
  return runs.map((rows) =>
    rows.map(({ exampleId, reward, metrics }) => measuredOf({ example_id: exampleId, reward, metrics: numericMetrics(metrics) })),
  )
}

const factsOf = (sample: SampleRecord) => ({
  sample_id: sample.id,
  example_id: sample.exampleId,
  reward: sample.reward,
  metrics: numericMetrics(sample.metrics),
  outcome: sample.outcome,
  error: sample.error,
  stop_condition: sample.stopCondition,
})

/** What was found in all samples of a run; undefined where it was not, or in other samples than the run has now. */
export async function findFindings(db: Db, row: EvaluationRecord): Promise<RunFindings | undefined> {
  const [kept] = await db
    .select({ findings: runFindings.findings })
    .from(runFindings)
    .where(and(eq(runFindings.evaluationId, row.id), eq(runFindings.basis, basisOf(row))))
  return kept?.findings ?? undefined
}

export async function saveFindings(db: Db, row: EvaluationRecord, findings: RunFindings): Promise<void> {
  const kept = { basis: basisOf(row), findings, dueAt: null }
  await db
    .insert(runFindings)
    .values({ evaluationId: row.id, ...kept })
    .onConflictDoUpdate({ target: runFindings.evaluationId, set: kept })
}

/** Asks a worker to look through a run that has ended. One that is asked for already keeps its place. */
export async function demandFindings(db: Db, evaluationId: string): Promise<void> {
  const dueAt = sql`now()`
  await db
    .insert(runFindings)
    .values({ evaluationId, dueAt })
    .onConflictDoUpdate({ target: runFindings.evaluationId, set: { dueAt: sql`coalesce(${runFindings.dueAt}, ${dueAt})` } })
}

/** Takes the run that has waited longest to be looked through, so that no other worker does at the same time. @returns its id; undefined for none */
export async function takeFindingsDemand(db: Db): Promise<string | undefined> {
  const { rows } = await db.execute<{ id: string }>(sql`
    update ${runFindings} set due_at = now() + make_interval(mins => ${patienceMinutes}) where evaluation_id = (
      select evaluation_id from ${runFindings} where due_at <= now() order by due_at limit 1 for update skip locked
    ) returning evaluation_id as id`)
  return rows[0]?.id
}
