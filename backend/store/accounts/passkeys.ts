import { and, asc, eq, gt, isNull, lt, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { unlessTaken } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { passkeyChallenges, passkeys } from "../schema.ts"

export const passkeyFields = {
  id: passkeys.id,
  userId: passkeys.userId,
  name: passkeys.name,
  credentialId: passkeys.credentialId,
  publicKey: passkeys.publicKey,
  counter: passkeys.counter,
  transports: passkeys.transports,
  createdAt: passkeys.createdAt,
  lastUsedAt: passkeys.lastUsedAt,
}

/** A key in a person's device or password manager. */
export type PasskeyRecord = Selected<typeof passkeyFields>

/** A person's passkeys, in the order in which they were made: their number is limited where they are. */
export const listPasskeys = (db: Db, userId: string): Promise<PasskeyRecord[]> =>
  db.select(passkeyFields).from(passkeys).where(eq(passkeys.userId, userId)).orderBy(asc(passkeys.createdAt), asc(passkeys.id))

export async function findPasskey(db: Db, credentialId: string): Promise<PasskeyRecord | undefined> {
  return (await db.select(passkeyFields).from(passkeys).where(eq(passkeys.credentialId, credentialId)))[0]
}

/** Whether any account has a passkey. */
export async function hasAnyPasskey(db: Db): Promise<boolean> {
  return (await db.select({ id: passkeys.id }).from(passkeys).limit(1)).length > 0
}

/** Stores a passkey; undefined when it is stored already. */
export async function insertPasskey(db: Db, values: NewOf<typeof passkeyFields>): Promise<PasskeyRecord | undefined> {
  return (
    await unlessTaken(
      db
        .insert(passkeys)
        .values(toRow(passkeys, passkeyFields, values))
        .returning(passkeyFields),
    )
  )?.[0]
}

/** Keeps that a passkey was used, with what its device has counted. */
export async function notePasskeyUsed(db: Db, id: string, counter: number): Promise<void> {
  await db.update(passkeys).set({ counter, lastUsedAt: sql`now()` }).where(eq(passkeys.id, id))
}

/** @returns whether the person had such a passkey */
export async function deletePasskey(db: Db, userId: string, id: string): Promise<boolean> {
  const where = and(eq(passkeys.userId, userId), eq(passkeys.id, id))
  return (await db.delete(passkeys).where(where).returning({ id: passkeys.id })).length > 0
}

/** Stores what a browser is given to sign, and forgets what was given too long ago. */
export async function insertPasskeyChallenge(db: Db, challenge: { hash: string; userId: string | null; expiresAt: Date }): Promise<void> {
  await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, sql`now()`))
  await db.insert(passkeyChallenges).values(challenge)
}

/** What waits for an answer. */
export const countPasskeyChallenges = (db: Db): Promise<number> => db.$count(passkeyChallenges, gt(passkeyChallenges.expiresAt, sql`now()`))

/** Uses up what a browser was given: for one person's new passkey, or to sign in. @returns whether there was such */
export async function takePasskeyChallenge(db: Db, hash: string, userId: string | null): Promise<boolean> {
  const where = and(
    eq(passkeyChallenges.hash, hash),
    userId === null ? isNull(passkeyChallenges.userId) : eq(passkeyChallenges.userId, userId),
    gt(passkeyChallenges.expiresAt, sql`now()`),
  )
  return (await db.delete(passkeyChallenges).where(where).returning({ hash: passkeyChallenges.hash })).length > 0
}
