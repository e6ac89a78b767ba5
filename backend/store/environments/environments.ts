import { and, eq, or, type SQL, sql } from "drizzle-orm"
import { rolesFor } from "../../../contract/index.ts"
import type { Db } from "../db.ts"
import { toRow } from "../fields.ts"
import { environments, memberships, teams, users } from "../schema.ts"
import { ownedBy, roleIn, type Viewer } from "../viewer.ts"
import type { EnvironmentChanges, NewEnvironment } from "./environment.ts"
import { type EnvironmentRecord, environmentFields, isOwnedBySlug, type OwnedEnvironment, ownerSlug, ownerType } from "./environment.ts"

export const visibleTo = (viewer: Viewer): SQL => or(eq(environments.visibility, "PUBLIC"), ownedBy(environments, viewer)) as SQL

const withOwner = (db: Db) =>
  db
    .select({ environment: environmentFields, owner: ownerSlug, ownerType })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))

const one = async (db: Db, viewer: Viewer, which: SQL | undefined): Promise<OwnedEnvironment | undefined> => {
  const [row] = await withOwner(db).where(and(which, visibleTo(viewer)))
  if (!row) return undefined
  return { ...row, role: roleIn(row.environment, viewer) }
}

export const findEnvironmentBySlug = (db: Db, viewer: Viewer, owner: string, name: string) =>
  one(db, viewer, and(isOwnedBySlug(owner), eq(environments.name, name)))

export const findEnvironmentById = (db: Db, viewer: Viewer, id: string) => one(db, viewer, eq(environments.id, id))

/** Whether a user may run an environment with its secrets: for the engine, which acts on behalf of users. */
export async function mayRunWithSecrets(db: Db, id: string, userId: string): Promise<boolean> {
  const membership = sql`exists (select 1 from ${memberships} m where m.team_id = ${environments.teamId} and m.user_id = ${userId} and m.role in ${rolesFor("run")})`
  const [row] = await db
    .select({
      mayRun: sql<boolean>`case when ${environments.teamId} is null then ${environments.userId} = ${userId} else ${membership} end`,
    })
    .from(environments)
    .where(eq(environments.id, id))
  return row?.mayRun ?? false
}

/** Makes an environment. False when its owner has one of that name: the index lets only one of two first pushes through. */
export async function insertEnvironment(db: Db, values: NewEnvironment): Promise<boolean> {
  return (
    (
      await db
        .insert(environments)
        .values(toRow(environments, environmentFields, values))
        .onConflictDoNothing()
        .returning({ id: environments.id })
    ).length === 1
  )
}

export async function updateEnvironment(db: Db, id: string, values: EnvironmentChanges): Promise<void> {
  await db
    .update(environments)
    .set({ ...toRow(environments, environmentFields, values), updatedAt: sql`now()` })
    .where(eq(environments.id, id))
}

/** Has everybody be allowed to run an environment: it came with the platform. */
export async function markAsSample(db: Db, id: string): Promise<void> {
  await db
    .update(environments)
    .set({ isSample: true })
    .where(and(eq(environments.id, id), eq(environments.isSample, false)))
}

/** The environment's row, locked until the transaction ends: taken to change which version is the latest. */
export async function lockEnvironment(db: Db, id: string): Promise<EnvironmentRecord | undefined> {
  return (await db.select(environmentFields).from(environments).where(eq(environments.id, id)).for("update"))[0]
}

/** Deletes an environment with its versions and checks. Evaluations keep the name they ran under. */
export async function deleteEnvironment(db: Db, id: string): Promise<void> {
  await db.delete(environments).where(eq(environments.id, id))
}

/** The team that an environment belongs to, or else its user. */
export async function findEnvironmentOwner(db: Db, id: string): Promise<string | undefined> {
  const { userId, teamId } = environments
  const [row] = await db.select({ userId, teamId }).from(environments).where(eq(environments.id, id))
  return row?.teamId ?? row?.userId
}

export async function findEnvironmentName(db: Db, id: string): Promise<string | undefined> {
  return (await db.select({ name: environments.name }).from(environments).where(eq(environments.id, id)))[0]?.name
}
