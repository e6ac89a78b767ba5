import { and, desc, eq, isNotNull, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { environments, environmentVersions, teams, users } from "../schema.ts"
import { isOwnedBySlug } from "./environment.ts"
import type { VersionRecord } from "./version.ts"
import { versionFields } from "./version.ts"

/** The name of a project as package indexes compare it (PEP 503). */
const projectName = sql<string>`regexp_replace(lower(${environments.name}), '[-_.]+', '-', 'g')`

const publicOf = (owner: string) =>
  and(isOwnedBySlug(owner), eq(environments.visibility, "PUBLIC"), isNotNull(environments.latestVersionId))

/** Projects that an owner's package index has: the public environments with a published version. */
export async function listProjects(db: Db, owner: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ name: projectName })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(publicOf(owner))
    .orderBy(projectName)
  return rows.map((row) => row.name)
}

/** Published versions of the public environments with this project name, newest first. */
export async function listProjectVersions(db: Db, owner: string, project: string): Promise<VersionRecord[]> {
  const rows = await db
    .select({ version: versionFields })
    .from(environmentVersions)
    .innerJoin(environments, eq(environments.id, environmentVersions.environmentId))
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(and(publicOf(owner), sql`${projectName} = ${project}`, isNotNull(environmentVersions.publishedAt)))
    .orderBy(desc(environmentVersions.publishedAt))
  return rows.map((row) => row.version)
}
