import { and, asc, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { identities } from "../schema.ts"

export const identityFields = {
  provider: identities.provider,
  subject: identities.subject,
  userId: identities.userId,
  email: identities.email,
  createdAt: identities.createdAt,
}

/** Who a person is to a provider of identities. */
export type IdentityRecord = Selected<typeof identityFields>

/** The person behind an identity. Within a transaction, a second request with the same identity waits for its end. */
export async function findIdentity(tx: Db, provider: string, subject: string): Promise<IdentityRecord | undefined> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`identity ${provider} ${subject}`}))`)
  const where = and(eq(identities.provider, provider), eq(identities.subject, subject))
  return (await tx.select(identityFields).from(identities).where(where))[0]
}

export async function insertIdentity(db: Db, values: NewOf<typeof identityFields>): Promise<void> {
  await db.insert(identities).values(toRow(identities, identityFields, values))
}

/** A person's identities, in the order in which they came: their number is limited where they are added. */
export const listIdentities = (db: Db, userId: string): Promise<IdentityRecord[]> =>
  db
    .select(identityFields)
    .from(identities)
    .where(eq(identities.userId, userId))
    .orderBy(asc(identities.createdAt), asc(identities.provider), asc(identities.subject))

/** @returns whether the person had it */
export async function deleteIdentity(db: Db, userId: string, provider: string, subject: string): Promise<boolean> {
  const where = and(eq(identities.userId, userId), eq(identities.provider, provider), eq(identities.subject, subject))
  return (await db.delete(identities).where(where).returning({ subject: identities.subject })).length > 0
}

/** Whether a provider has verified before that this person has this address. */
export async function hasVerified(db: Db, userId: string, provider: string, email: string): Promise<boolean> {
  const where = and(eq(identities.userId, userId), eq(identities.provider, provider), eq(identities.email, email))
  return (await db.select({ userId: identities.userId }).from(identities).where(where).limit(1)).length > 0
}
