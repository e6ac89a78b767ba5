import { and, asc, count, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm"
import { type Db, unlessTaken } from "../db.ts"
import type { Viewer } from "../environments/environments.ts"
import { environmentSecrets, environmentVariables, secretLinks, secrets } from "../schema.ts"

export type SecretRecord = typeof secrets.$inferSelect
export type EnvironmentSecretRecord = typeof environmentSecrets.$inferSelect
export type LinkRecord = typeof secretLinks.$inferSelect
export type VariableRecord = typeof environmentVariables.$inferSelect

/** What of a row may change. */
type Changes<T> = Partial<Pick<T, Extract<keyof T, "name" | "description" | "sealed" | "value">>>

// ── global secrets ─────────────────────────────────────────────────────────

const personal = (userId: string): SQL => and(eq(secrets.userId, userId), isNull(secrets.teamId)) as SQL

/** Secrets of a user or of a team, by name. */
export async function listSecrets(
  db: Db,
  owner: { userId: string; teamId: string | null },
  page: { offset: number; limit: number },
): Promise<{ rows: SecretRecord[]; total: number }> {
  const where = owner.teamId ? eq(secrets.teamId, owner.teamId) : personal(owner.userId)
  const rows = await db.select().from(secrets).where(where).orderBy(asc(secrets.name)).limit(page.limit).offset(page.offset)
  const [total] = await db.select({ count: count() }).from(secrets).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** One secret that the viewer owns, alone or through a team. */
export async function findSecret(db: Db, viewer: Viewer, id: string): Promise<SecretRecord | undefined> {
  const owned = or(
    viewer.userId === null ? sql`false` : personal(viewer.userId),
    viewer.teamIds.length === 0 ? sql`false` : inArray(secrets.teamId, viewer.teamIds),
  )
  return (
    await db
      .select()
      .from(secrets)
      .where(and(eq(secrets.id, id), owned))
  )[0]
}

/** Stores a secret; undefined when its owner has one of that name. */
export async function insertSecret(db: Db, values: typeof secrets.$inferInsert): Promise<SecretRecord | undefined> {
  return (await db.insert(secrets).values(values).onConflictDoNothing().returning())[0]
}

/** Changes a secret; undefined when its owner has another one of the new name. */
export async function updateSecret(db: Db, id: string, changes: Changes<SecretRecord>): Promise<SecretRecord | undefined> {
  const rows = await unlessTaken(
    db
      .update(secrets)
      .set({ ...changes, updatedAt: sql`now()` })
      .where(eq(secrets.id, id))
      .returning(),
  )
  return rows?.[0]
}

/** Deletes a secret, and with it its links. */
export async function deleteSecret(db: Db, id: string): Promise<void> {
  await db.delete(secrets).where(eq(secrets.id, id))
}

// ── what an environment gets ───────────────────────────────────────────────

export interface EnvironmentSettings {
  variables: VariableRecord[]
  linked: { link: LinkRecord; secret: SecretRecord }[]
  own: EnvironmentSecretRecord[]
}

/** Everything that is set for an environment, each kind by name. */
export async function findEnvironmentSettings(db: Db, environmentId: string): Promise<EnvironmentSettings> {
  const variables = await db
    .select()
    .from(environmentVariables)
    .where(eq(environmentVariables.environmentId, environmentId))
    .orderBy(asc(environmentVariables.name))
  const linked = await db
    .select({ link: secretLinks, secret: secrets })
    .from(secretLinks)
    .innerJoin(secrets, eq(secrets.id, secretLinks.secretId))
    .where(eq(secretLinks.environmentId, environmentId))
    .orderBy(asc(secrets.name), asc(secretLinks.createdAt))
  const own = await db
    .select()
    .from(environmentSecrets)
    .where(eq(environmentSecrets.environmentId, environmentId))
    .orderBy(asc(environmentSecrets.name))
  return { variables, linked, own }
}

export async function insertEnvironmentSecret(db: Db, values: typeof environmentSecrets.$inferInsert): Promise<EnvironmentSecretRecord> {
  return (await db.insert(environmentSecrets).values(values).returning())[0] as EnvironmentSecretRecord
}

export async function updateEnvironmentSecret(
  db: Db,
  id: string,
  changes: Changes<EnvironmentSecretRecord>,
): Promise<EnvironmentSecretRecord> {
  const rows = await db
    .update(environmentSecrets)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(eq(environmentSecrets.id, id))
    .returning()
  return rows[0] as EnvironmentSecretRecord
}

export async function deleteEnvironmentSecret(db: Db, id: string): Promise<void> {
  await db.delete(environmentSecrets).where(eq(environmentSecrets.id, id))
}

export async function insertLink(db: Db, values: typeof secretLinks.$inferInsert): Promise<LinkRecord> {
  return (await db.insert(secretLinks).values(values).returning())[0] as LinkRecord
}

export async function deleteLink(db: Db, id: string): Promise<void> {
  await db.delete(secretLinks).where(eq(secretLinks.id, id))
}

export async function insertVariable(db: Db, values: typeof environmentVariables.$inferInsert): Promise<VariableRecord> {
  return (await db.insert(environmentVariables).values(values).returning())[0] as VariableRecord
}

export async function updateVariable(db: Db, id: string, changes: Changes<VariableRecord>): Promise<VariableRecord> {
  const rows = await db
    .update(environmentVariables)
    .set({ ...changes, updatedAt: sql`now()` })
    .where(eq(environmentVariables.id, id))
    .returning()
  return rows[0] as VariableRecord
}

export async function deleteVariable(db: Db, id: string): Promise<void> {
  await db.delete(environmentVariables).where(eq(environmentVariables.id, id))
}
