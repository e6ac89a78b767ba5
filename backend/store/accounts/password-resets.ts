import { and, eq, gt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { passwordResets } from "../schema.ts"

/** Stores a link in the place of the person's one before. */
export async function putPasswordReset(db: Db, reset: { userId: string; tokenHash: string; expiresAt: Date }): Promise<void> {
  await db.insert(passwordResets).values(reset).onConflictDoUpdate({ target: passwordResets.userId, set: reset })
}

const open = (tokenHash: string) => and(eq(passwordResets.tokenHash, tokenHash), gt(passwordResets.expiresAt, sql`now()`))

/** Whose password a link is for, unless it has expired or was used. */
export async function findPasswordReset(db: Db, tokenHash: string): Promise<string | undefined> {
  return (await db.select({ userId: passwordResets.userId }).from(passwordResets).where(open(tokenHash)))[0]?.userId
}

/** Uses a link up. @returns whose password it is for; undefined when another request was first */
export async function takePasswordReset(db: Db, tokenHash: string): Promise<string | undefined> {
  return (await db.delete(passwordResets).where(open(tokenHash)).returning({ userId: passwordResets.userId }))[0]?.userId
}

/** Ends the link of a person. */
export async function deletePasswordReset(db: Db, userId: string): Promise<void> {
  await db.delete(passwordResets).where(eq(passwordResets.userId, userId))
}
