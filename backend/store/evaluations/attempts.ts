import { and, asc, desc, eq, isNotNull, isNull, lt, or, sql } from "drizzle-orm"
import type { AttemptEnd } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { attempts, evaluations, users } from "../schema.ts"
import type { AttemptChanges, AttemptRecord, NewAttempt } from "./attempt.ts"
import { attemptFields } from "./attempt.ts"

/** Begins an attempt. One before it whose end nobody saw, because its machine is gone, ends with it. */
export async function insertAttempt(db: Db, values: NewAttempt): Promise<void> {
  await db
    .update(attempts)
    .set({ endedAt: sql`now()`, ended: "lost", endDetail: "the platform lost sight of it" })
    .where(and(eq(attempts.evaluationId, values.evaluationId), isNull(attempts.endedAt)))
  await db.insert(attempts).values(toRow(attempts, attemptFields, values))
}

export async function findAttempt(db: Db, evaluationId: string, number: number): Promise<AttemptRecord | undefined> {
  return (
    await db
      .select(attemptFields)
      .from(attempts)
      .where(and(eq(attempts.evaluationId, evaluationId), eq(attempts.number, number)))
  )[0]
}

export async function updateAttempt(db: Db, evaluationId: string, number: number, values: AttemptChanges): Promise<void> {
  await db
    .update(attempts)
    .set(toRow(attempts, attemptFields, values))
    .where(and(eq(attempts.evaluationId, evaluationId), eq(attempts.number, number)))
}

/** Adds to what an attempt has done. */
export async function countSamplesOfAttempt(db: Db, evaluationId: string, number: number, samples: number, errored: number): Promise<void> {
  await db
    .update(attempts)
    .set({ samples: sql`${attempts.samples} + ${samples}`, errored: sql`${attempts.errored} + ${errored}` })
    .where(and(eq(attempts.evaluationId, evaluationId), eq(attempts.number, number)))
}

export async function endAttempt(db: Db, evaluationId: string, number: number, ended: AttemptEnd, detail: string | null): Promise<void> {
  await db
    .update(attempts)
    .set({ endedAt: sql`now()`, ended, endDetail: detail })
    .where(and(eq(attempts.evaluationId, evaluationId), eq(attempts.number, number), isNull(attempts.endedAt)))
}

/** The attempts of a run, oldest first, each with the name of who resumed the run for it. */
export async function listAttempts(db: Db, evaluationId: string): Promise<{ attempt: AttemptRecord; resumedBy: string | null }[]> {
  return db
    .select({ attempt: attemptFields, resumedBy: sql<string | null>`coalesce(${users.slug}, ${users.name})` })
    .from(attempts)
    .leftJoin(users, eq(users.id, attempts.resumedBy))
    .where(eq(attempts.evaluationId, evaluationId))
    .orderBy(asc(attempts.number))
}

/** How many attempts in a row, the newest first, ended without a word and without one finished rollout. */
export async function countFruitlessAttempts(db: Db, evaluationId: string): Promise<number> {
  const rows = await db
    .select({ reason: attempts.reason, ended: attempts.ended, samples: attempts.samples })
    .from(attempts)
    .where(eq(attempts.evaluationId, evaluationId))
    .orderBy(desc(attempts.number))
    .limit(20)
  let fruitless = 0
  for (const { reason, ended, samples } of rows) {
    if (ended !== "lost" || samples > 0) break
    fruitless++
    if (reason !== "continued") break
  }
  return fruitless
}

/** Attempts on a machine that are over, as their run has ended or has a newer one, but whose process or files may still be there. */
export async function listLeftoverAttempts(db: Db, machine: string): Promise<AttemptRecord[]> {
  const rows = await db
    .select({ attempt: attemptFields })
    .from(attempts)
    .innerJoin(evaluations, eq(evaluations.id, attempts.evaluationId))
    .where(
      and(
        eq(attempts.machine, machine),
        isNotNull(attempts.handle),
        or(
          isNotNull(attempts.endedAt),
          lt(attempts.number, evaluations.attempt),
          sql`${evaluations.status} not in ('PENDING', 'RUNNING', 'PROCESSING')`,
        ),
      ),
    )
  return rows.map((row) => row.attempt)
}
