import { and, eq, isNull, sql } from "drizzle-orm"
import type { Permission } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { evaluations, runTokens } from "../schema.ts"

export interface RunToken {
  hash: string
  evaluationId: string
  permissions: Permission[]
  expiresAt: Date
}

export async function insertRunToken(db: Db, { hash, evaluationId, permissions, expiresAt }: RunToken): Promise<void> {
  await db.insert(runTokens).values({ hash, evaluationId, permissions, expiresAt })
}

/** The run that a token speaks for, on whose account, and what it may be used for. */
export interface TokenRun {
  evaluationId: string
  userId: string
  teamId: string | null
  permissions: Permission[]
}

/** The run that a token speaks for, while the token lives. */
export async function findRunByTokenHash(db: Db, hash: string): Promise<TokenRun | undefined> {
  const [row] = await db
    .select({
      evaluationId: runTokens.evaluationId,
      userId: evaluations.userId,
      teamId: evaluations.teamId,
      permissions: runTokens.permissions,
    })
    .from(runTokens)
    .innerJoin(evaluations, eq(evaluations.id, runTokens.evaluationId))
    .where(and(eq(runTokens.hash, hash), isNull(runTokens.revokedAt), sql`${runTokens.expiresAt} > now()`))
  return row
}

export async function revokeRunTokens(db: Db, evaluationId: string): Promise<void> {
  await db
    .update(runTokens)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(runTokens.evaluationId, evaluationId), isNull(runTokens.revokedAt)))
}
