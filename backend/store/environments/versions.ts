import { and, desc, eq, isNotNull, or, sql } from "drizzle-orm"
import type { ActionStatus } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { environmentVersions } from "../schema.ts"
import type { EnvironmentRecord } from "./environment.ts"
import { updateEnvironment } from "./environments.ts"
import type { NewVersion, VersionChanges, VersionRecord } from "./version.ts"
import { versionFields } from "./version.ts"

/** A version by `latest`, version number, full content hash or a prefix of it of at least 8 digits. Published ones only. */
export async function findVersion(db: Db, environment: EnvironmentRecord, version: string): Promise<VersionRecord | undefined> {
  const which =
    version === "latest"
      ? eq(environmentVersions.id, environment.latestVersionId ?? "")
      : or(
          eq(environmentVersions.semanticVersion, version),
          eq(environmentVersions.id, version),
          /^[0-9a-f]{8,64}$/.test(version) ? sql`starts_with(${environmentVersions.contentHash}, ${version})` : undefined,
        )
  const [row] = await db
    .select(versionFields)
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environment.id), isNotNull(environmentVersions.publishedAt), which))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(1)
  return row
}

export async function findVersionById(db: Db, id: string): Promise<VersionRecord | undefined> {
  return (await db.select(versionFields).from(environmentVersions).where(eq(environmentVersions.id, id)))[0]
}

export async function findVersionByHash(db: Db, environmentId: string, contentHash: string): Promise<VersionRecord | undefined> {
  const [row] = await db
    .select(versionFields)
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environmentId), eq(environmentVersions.contentHash, contentHash)))
  return row
}

/** Whether a version of this number was published with other content. */
export async function findVersionByNumber(db: Db, environmentId: string, semanticVersion: string): Promise<VersionRecord | undefined> {
  const [row] = await db
    .select(versionFields)
    .from(environmentVersions)
    .where(
      and(
        eq(environmentVersions.environmentId, environmentId),
        eq(environmentVersions.semanticVersion, semanticVersion),
        isNotNull(environmentVersions.publishedAt),
      ),
    )
  return row
}

/** Published versions whose content hash begins so. Two are enough to know that the prefix does not tell. */
export async function findVersionsByHashPrefix(db: Db, environmentId: string, prefix: string): Promise<VersionRecord[]> {
  return db
    .select(versionFields)
    .from(environmentVersions)
    .where(
      and(
        eq(environmentVersions.environmentId, environmentId),
        isNotNull(environmentVersions.publishedAt),
        sql`starts_with(${environmentVersions.contentHash}, ${prefix})`,
      ),
    )
    .limit(2)
}

/** Deletes a version with its checks, and makes the one published before it the latest when it was the latest. */
export async function deleteVersion(db: Db, environment: EnvironmentRecord, versionId: string): Promise<void> {
  await db.delete(environmentVersions).where(eq(environmentVersions.id, versionId))
  if (environment.latestVersionId !== versionId) return
  const [newest] = await db
    .select({ id: environmentVersions.id })
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environment.id), isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(1)
  await updateEnvironment(db, environment.id, { latestVersionId: newest?.id ?? null })
}

/** Every version of an environment, published or not: what has files. */
export async function listVersionIds(db: Db, environmentId: string): Promise<string[]> {
  const rows = await db
    .select({ id: environmentVersions.id })
    .from(environmentVersions)
    .where(eq(environmentVersions.environmentId, environmentId))
  return rows.map((row) => row.id)
}

/** What Python environments are made for: the wheel of every version, published or not. */
export async function listWheels(db: Db): Promise<{ environmentId: string; filename: string; sha256: string }[]> {
  return db
    .select({
      environmentId: environmentVersions.environmentId,
      filename: environmentVersions.wheelFilename,
      sha256: environmentVersions.wheelSha256,
    })
    .from(environmentVersions)
}

/** Announces a version, or announces it again with other files while it is not published. */
export async function upsertVersion(db: Db, values: NewVersion): Promise<VersionRecord> {
  const { id: _, environmentId: __, contentHash: ___, ...changes } = values
  const [row] = await db
    .insert(environmentVersions)
    .values(toRow(environmentVersions, versionFields, values))
    .onConflictDoUpdate({
      target: [environmentVersions.environmentId, environmentVersions.contentHash],
      set: toRow(environmentVersions, versionFields, changes),
    })
    .returning(versionFields)
  return row as VersionRecord
}

export async function updateVersion(db: Db, id: string, values: VersionChanges): Promise<void> {
  await db
    .update(environmentVersions)
    .set(toRow(environmentVersions, versionFields, values))
    .where(eq(environmentVersions.id, id))
}

export async function listVersions(db: Db, environmentId: string) {
  return db
    .select({
      version: versionFields,
      action: sql<ActionStatus | null>`(select a.status from environment_actions a where a.version_id = environment_versions.id order by a.created_at desc limit 1)`,
    })
    .from(environmentVersions)
    .where(and(eq(environmentVersions.environmentId, environmentId), isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
    .limit(500)
}
