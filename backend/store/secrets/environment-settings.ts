import { asc, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { environmentSecrets, environmentVariables, secretLinks, secrets } from "../schema.ts"
import type {
  Changes,
  EnvironmentSecretRecord,
  LinkRecord,
  NewEnvironmentSecret,
  NewLink,
  NewVariable,
  SecretRecord,
  VariableRecord,
} from "./secret.ts"
import { environmentSecretFields, linkFields, secretFields, variableFields } from "./secret.ts"

export interface EnvironmentSettings {
  variables: VariableRecord[]
  linked: { link: LinkRecord; secret: SecretRecord }[]
  own: EnvironmentSecretRecord[]
}

/** Everything that is set for an environment, each kind by name. */
export async function findEnvironmentSettings(db: Db, environmentId: string): Promise<EnvironmentSettings> {
  const variables = await db
    .select(variableFields)
    .from(environmentVariables)
    .where(eq(environmentVariables.environmentId, environmentId))
    .orderBy(asc(environmentVariables.name))
  const linked = await db
    .select({ link: linkFields, secret: secretFields })
    .from(secretLinks)
    .innerJoin(secrets, eq(secrets.id, secretLinks.secretId))
    .where(eq(secretLinks.environmentId, environmentId))
    .orderBy(asc(secrets.name), asc(secretLinks.createdAt))
  const own = await db
    .select(environmentSecretFields)
    .from(environmentSecrets)
    .where(eq(environmentSecrets.environmentId, environmentId))
    .orderBy(asc(environmentSecrets.name))
  return { variables, linked, own }
}

export async function insertEnvironmentSecret(db: Db, values: NewEnvironmentSecret): Promise<EnvironmentSecretRecord> {
  return (
    await db
      .insert(environmentSecrets)
      .values(toRow(environmentSecrets, environmentSecretFields, values))
      .returning(environmentSecretFields)
  )[0] as EnvironmentSecretRecord
}

export async function updateEnvironmentSecret(
  db: Db,
  id: string,
  changes: Changes<EnvironmentSecretRecord>,
): Promise<EnvironmentSecretRecord> {
  const rows = await db
    .update(environmentSecrets)
    .set({ ...toRow(environmentSecrets, environmentSecretFields, changes), updatedAt: sql`now()` })
    .where(eq(environmentSecrets.id, id))
    .returning(environmentSecretFields)
  return rows[0] as EnvironmentSecretRecord
}

export async function deleteEnvironmentSecret(db: Db, id: string): Promise<void> {
  await db.delete(environmentSecrets).where(eq(environmentSecrets.id, id))
}

export async function insertLink(db: Db, values: NewLink): Promise<LinkRecord> {
  return (
    await db
      .insert(secretLinks)
      .values(toRow(secretLinks, linkFields, values))
      .returning(linkFields)
  )[0] as LinkRecord
}

export async function deleteLink(db: Db, id: string): Promise<void> {
  await db.delete(secretLinks).where(eq(secretLinks.id, id))
}

export async function insertVariable(db: Db, values: NewVariable): Promise<VariableRecord> {
  return (
    await db
      .insert(environmentVariables)
      .values(toRow(environmentVariables, variableFields, values))
      .returning(variableFields)
  )[0] as VariableRecord
}

export async function updateVariable(db: Db, id: string, changes: Changes<VariableRecord>): Promise<VariableRecord> {
  const rows = await db
    .update(environmentVariables)
    .set({ ...toRow(environmentVariables, variableFields, changes), updatedAt: sql`now()` })
    .where(eq(environmentVariables.id, id))
    .returning(variableFields)
  return rows[0] as VariableRecord
}

export async function deleteVariable(db: Db, id: string): Promise<void> {
  await db.delete(environmentVariables).where(eq(environmentVariables.id, id))
}
