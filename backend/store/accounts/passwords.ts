import { eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { passwords, users } from "../schema.ts"

export interface StoredPassword {
  userId: string
  hash: string
}

const fields = { userId: passwords.userId, hash: passwords.hash }

export async function findPassword(db: Db, userId: string): Promise<StoredPassword | undefined> {
  return (await db.select(fields).from(passwords).where(eq(passwords.userId, userId)))[0]
}

/** The password of the account with this e-mail address. */
export async function findPasswordByEmail(db: Db, email: string): Promise<StoredPassword | undefined> {
  return (await db.select(fields).from(passwords).innerJoin(users, eq(users.id, passwords.userId)).where(eq(users.email, email)))[0]
}

/** Stores a person's password in the place of the one before. */
export async function putPassword(db: Db, userId: string, hash: string): Promise<void> {
  await db
    .insert(passwords)
    .values({ userId, hash })
    .onConflictDoUpdate({ target: passwords.userId, set: { hash, changedAt: sql`now()` } })
}

/** Whether any account has a password. */
export async function hasAnyPassword(db: Db): Promise<boolean> {
  return (await db.select({ userId: passwords.userId }).from(passwords).limit(1)).length > 0
}
