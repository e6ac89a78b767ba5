import { asc, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { environmentSecrets, environmentVariables, secretLinks, secrets } from "../schema.ts"
import type { Changes, EnvironmentSecretRecord, LinkRecord, SecretRecord, VariableRecord } from "./secret.ts"

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
