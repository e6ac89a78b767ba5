import { and, count, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { directoryTokens, users } from "../schema.ts"

const tokenFields = {
  id: directoryTokens.id,
  name: directoryTokens.name,
  hash: directoryTokens.hash,
  prefix: directoryTokens.prefix,
  madeBy: directoryTokens.madeBy,
  createdAt: directoryTokens.createdAt,
  expiresAt: directoryTokens.expiresAt,
  lastUsedAt: directoryTokens.lastUsedAt,
}

/** What a directory speaks with, without the token itself. */
export type DirectoryTokenRecord = Selected<typeof tokenFields>

const works = and(isNull(directoryTokens.revokedAt), or(isNull(directoryTokens.expiresAt), gt(directoryTokens.expiresAt, sql`now()`)))

export async function insertToken(db: Db, values: NewOf<typeof tokenFields>): Promise<void> {
  await db.insert(directoryTokens).values(toRow(directoryTokens, tokenFields, values))
}

/** The token of that hash, unless it was revoked or has expired. It counts as used, to the minute. */
export async function findToken(db: Db, hash: string): Promise<DirectoryTokenRecord | undefined> {
  const [row] = await db
    .select(tokenFields)
    .from(directoryTokens)
    .where(and(eq(directoryTokens.hash, hash), works))
  const usedBefore = or(isNull(directoryTokens.lastUsedAt), lt(directoryTokens.lastUsedAt, sql`now() - interval '1 minute'`))
  if (row)
    await db
      .update(directoryTokens)
      .set({ lastUsedAt: sql`now()` })
      .where(and(eq(directoryTokens.id, row.id), usedBefore))
  return row
}

/** Tokens that were not revoked, newest first, with the names of who made them. */
export async function listTokens(
  db: Db,
  page: { offset: number; limit: number },
): Promise<{ rows: { token: DirectoryTokenRecord; maker: string }[]; total: number }> {
  const where = isNull(directoryTokens.revokedAt)
  const rows = await db
    .select({ token: tokenFields, maker: users.name })
    .from(directoryTokens)
    .innerJoin(users, eq(users.id, directoryTokens.madeBy))
    .where(where)
    .orderBy(desc(directoryTokens.createdAt), desc(directoryTokens.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(directoryTokens).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** Ends a token; undefined when there is none of that id that was not revoked. */
export async function revokeToken(db: Db, id: string): Promise<DirectoryTokenRecord | undefined> {
  const [row] = await db
    .update(directoryTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(directoryTokens.id, id), isNull(directoryTokens.revokedAt)))
    .returning(tokenFields)
  return row
}
