import { and, count, desc, eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { environmentActions, environmentVersions } from "../schema.ts"
import type { CheckRecord, NewCheck } from "./check.ts"
import { checkFields } from "./check.ts"
import { versionFields } from "./version.ts"

/** Checks of an environment, or of one version: what has logs. */
export async function listCheckIds(db: Db, which: { environmentId: string } | { versionId: string }): Promise<string[]> {
  const where =
    "versionId" in which ? eq(environmentActions.versionId, which.versionId) : eq(environmentActions.environmentId, which.environmentId)
  return (await db.select({ id: environmentActions.id }).from(environmentActions).where(where)).map((row) => row.id)
}

export async function insertCheck(db: Db, values: NewCheck): Promise<void> {
  await db.insert(environmentActions).values(toRow(environmentActions, checkFields, values))
}

export async function findCheck(db: Db, id: string): Promise<CheckRecord | undefined> {
  return (await db.select(checkFields).from(environmentActions).where(eq(environmentActions.id, id)))[0]
}

export async function findLastCheck(db: Db, versionId: string): Promise<CheckRecord | undefined> {
  const [row] = await db
    .select(checkFields)
    .from(environmentActions)
    .where(eq(environmentActions.versionId, versionId))
    .orderBy(desc(environmentActions.createdAt))
    .limit(1)
  return row
}

export async function listChecks(db: Db, environmentId: string, versionId: string | null, limit: number, offset: number) {
  const where = and(
    eq(environmentActions.environmentId, environmentId),
    versionId ? eq(environmentActions.versionId, versionId) : undefined,
  )
  const rows = await db
    .select({ action: checkFields, version: versionFields })
    .from(environmentActions)
    .innerJoin(environmentVersions, eq(environmentVersions.id, environmentActions.versionId))
    .where(where)
    .orderBy(desc(environmentActions.createdAt))
    .limit(limit)
    .offset(offset)
  const [total] = await db.select({ count: count() }).from(environmentActions).where(where)
  return { rows, total: total?.count ?? 0 }
}
