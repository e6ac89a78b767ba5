import { and, count, eq, isNotNull, isNull, max, min, ne, or, sql } from "drizzle-orm"
import type { SampleProblem } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { dividable, sumOf } from "../evaluations/reward-sum.ts"
import { samples } from "../schema.ts"
import { current, type NewSample, type StoredSample } from "./sample.ts"
import { deleteSampleTexts } from "./sample-texts.ts"
import { writeSamples } from "./write-samples.ts"

/**
 * Stores samples after seq `from`, leaving out those that are stored already, unless these are to be done again. The caller holds
 * the lock of the evaluation's row.
 */
export async function insertSamples(
  db: Db,
  evaluationId: string,
  attempt: number,
  from: number,
  news: NewSample[],
): Promise<StoredSample[]> {
  if (news.length === 0) return []
  const earlier: Awaited<ReturnType<typeof findByKeys>> = from === 0 ? new Map() : await findByKeys(db, evaluationId, news)
  const seen = new Set<string>()
  const stored: StoredSample[] = []
  for (const sample of news) {
    const before = earlier.get(sample.dedupeKey)
    if (seen.has(sample.dedupeKey) || (before && !before.redo && !(sample.replaces && before.attempt < attempt))) continue
    seen.add(sample.dedupeKey)
    stored.push({ sample, supersedes: before?.id ?? null })
  }
  if (stored.length === 0) return []
  const replaced = stored.flatMap(({ supersedes }) => supersedes ?? [])
  if (replaced.length > 0)
    await db
      .update(samples)
      .set({ superseded: true, redo: false })
      .where(sql`${samples.id} = any(${sql.param(replaced)}::text[])`)
  await writeSamples(db, evaluationId, attempt, from, stored)
  if (replaced.length > 0) await deleteSampleTexts(db, replaced)
  return stored
}

/** What is stored of these samples, by their keys. */
async function findByKeys(db: Db, evaluationId: string, news: NewSample[]) {
  const keys = sql.param(news.map((sample) => sample.dedupeKey))
  const known = await db
    .select({ key: samples.dedupeKey, id: samples.id, redo: samples.redo, attempt: samples.attempt })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, sql`${samples.dedupeKey} = any(${keys}::text[])`))
  return new Map(known.map((row) => [row.key, row]))
}

/** The sums of a run's samples that its row keeps. */
export async function sumSamples(db: Db, evaluationId: string) {
  const [sums] = await db
    .select({
      samplesDone: count(),
      samplesErrored: sql<number>`(count(*) filter (where ${samples.outcome} = 'error'))::int`,
      samplesToRedo: sql<number>`(count(*) filter (where ${samples.redo}))::int`,
      // The shortest text of a double has all of its digits, which a plain cast to numeric has not.
      total: sql<string>`coalesce(sum(${samples.reward}::text::numeric), 0)::text`,
      rewardCount: sql<number>`count(${samples.reward})::int`,
      rewardMin: min(samples.reward),
      rewardMax: max(samples.reward),
    })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current))
  const { total, ...found } = sums as NonNullable<typeof sums>
  return { ...found, ...dividable(sumOf(total), found.rewardCount) }
}

/** For each example that has samples in a run, the index of its next rollout. */
export async function nextRolloutIndexes(db: Db, evaluationId: string, exampleIds: string[]): Promise<Map<string, number>> {
  const found = await db
    .select({ exampleId: samples.exampleId, next: sql<number>`max(${samples.rolloutIndex}) + 1` })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current, sql`${samples.exampleId} = any(${sql.param(exampleIds)}::text[])`))
    .groupBy(samples.exampleId)
  return new Map(found.map(({ exampleId, next }) => [exampleId, next]))
}

/** Whether any sample of a run came out: without an error, and where something else went wrong, with an answer and a reward other than 0. */
export async function hasResult(db: Db, evaluationId: string): Promise<boolean> {
  const [found] = await db
    .select({ seq: samples.seq })
    .from(samples)
    .where(
      and(
        eq(samples.evaluationId, evaluationId),
        current,
        ne(samples.outcome, "error"),
        or(isNull(samples.errorClass), and(ne(samples.reward, 0), ne(samples.completionPreview, ""))),
      ),
    )
    .limit(1)
  return found !== undefined
}

/**
 * What most samples of a run that went wrong have in common: the first problem of the class and exception that most of them have.
 * @returns null problem and error when there is none; `samples` is how many have that class and exception
 */
export async function findCommonProblem(
  db: Db,
  evaluationId: string,
): Promise<{ problem: SampleProblem | null; error: string | null; samples: number }> {
  const wrong = and(eq(samples.evaluationId, evaluationId), current, or(eq(samples.outcome, "error"), isNotNull(samples.errorClass)))
  const [group] = await db
    .select({ first: sql<number>`min(${samples.seq})`, samples: count() })
    .from(samples)
    .where(wrong)
    .groupBy(samples.errorClass, sql`${samples.problems}->0->>'exception'`)
    .orderBy(sql`2 desc, 1`)
    .limit(1)
  if (!group) return { problem: null, error: null, samples: 0 }
  const [sample] = await db
    .select({ problems: samples.problems, error: samples.error })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), eq(samples.seq, group.first)))
  return { problem: sample?.problems?.[0] ?? null, error: sample?.error ?? null, samples: group.samples }
}

/** Marks the errored samples of a run as to be done again, or none. @returns how many */
export async function markForRedo(db: Db, evaluationId: string, errored: boolean): Promise<number> {
  const ofRun = eq(samples.evaluationId, evaluationId)
  await db
    .update(samples)
    .set({ redo: false })
    .where(and(ofRun, eq(samples.redo, true)))
  if (!errored) return 0
  const { rowCount } = await db
    .update(samples)
    .set({ redo: true })
    .where(and(ofRun, current, eq(samples.outcome, "error")))
  return rowCount ?? 0
}

/**
 * Marks samples that are about to come again as to be replaced.
 * @returns by their keys, which rollouts of their examples they are
 */
export async function markToReplace(db: Db, evaluationId: string, dedupeKeys: string[]): Promise<Map<string, number>> {
  const marked = await db
    .update(samples)
    .set({ redo: true })
    .where(and(eq(samples.evaluationId, evaluationId), current, sql`${samples.dedupeKey} = any(${sql.param(dedupeKeys)}::text[])`))
    .returning({ key: samples.dedupeKey, rolloutIndex: samples.rolloutIndex })
  return new Map(marked.map(({ key, rolloutIndex }) => [key, rolloutIndex]))
}

export interface RolloutKey {
  exampleId: string
  rolloutIndex: number
}

/** The rollouts of a run that are stored: those that count as done, and those that are to be done again. */
export async function listStoredRollouts(db: Db, evaluationId: string): Promise<{ done: RolloutKey[]; redo: RolloutKey[] }> {
  const rows = await db
    .select({ exampleId: samples.exampleId, rolloutIndex: samples.rolloutIndex, redo: samples.redo })
    .from(samples)
    .where(and(eq(samples.evaluationId, evaluationId), current))
  return { done: rows.filter((row) => !row.redo), redo: rows.filter((row) => row.redo) }
}
