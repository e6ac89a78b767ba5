import { and, eq, gt, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { authChallenges } from "../schema.ts"

export const challengeFields = {
  code: authChallenges.code,
  tokenHash: authChallenges.tokenHash,
  publicKey: authChallenges.publicKey,
  state: authChallenges.state,
  userId: authChallenges.userId,
  createdAt: authChallenges.createdAt,
  expiresAt: authChallenges.expiresAt,
}

/** A terminal that waits to be let in. */
export type ChallengeRecord = Selected<typeof challengeFields>
export type NewChallenge = NewOf<typeof challengeFields>

/** Stores a challenge, and forgets those that have expired. */
export async function insertChallenge(db: Db, values: NewChallenge): Promise<void> {
  await db.delete(authChallenges).where(lt(authChallenges.expiresAt, sql`now()`))
  await db.insert(authChallenges).values(toRow(authChallenges, challengeFields, values))
}

/** Challenges that have not expired. */
export const countChallenges = (db: Db): Promise<number> => db.$count(authChallenges, gt(authChallenges.expiresAt, sql`now()`))

const alive = (code: string) => and(eq(authChallenges.code, code), gt(authChallenges.expiresAt, sql`now()`))

/** The challenge of that code, while it lives. */
export async function findChallenge(db: Db, code: string): Promise<ChallengeRecord | undefined> {
  return (await db.select(challengeFields).from(authChallenges).where(alive(code)))[0]
}

/** Decides a challenge that waits; undefined when there is none, or when it was decided before. */
export async function decideChallenge(
  db: Db,
  code: string,
  state: "APPROVED" | "DENIED",
  userId: string,
): Promise<ChallengeRecord | undefined> {
  const [row] = await db
    .update(authChallenges)
    .set({ state, userId })
    .where(and(alive(code), eq(authChallenges.state, "WAITING")))
    .returning(challengeFields)
  return row
}

/** Marks an approved challenge as answered. False when another request has done so. */
export async function finishChallenge(db: Db, code: string): Promise<boolean> {
  const rows = await db
    .update(authChallenges)
    .set({ state: "DONE" })
    .where(and(alive(code), eq(authChallenges.state, "APPROVED")))
    .returning({ code: authChallenges.code })
  return rows.length === 1
}
