import { and, asc, count, eq, type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { memberships, teams, users } from "../schema.ts"
import { isSlugFree } from "./slugs.ts"
import type { UserRecord } from "./users.ts"
import { userFields } from "./users.ts"

export const teamFields = {
  id: teams.id,
  name: teams.name,
  slug: teams.slug,
  createdAt: teams.createdAt,
}

/** A team. */
export type TeamRecord = Selected<typeof teamFields>
export type NewTeam = NewOf<typeof teamFields>

export const membershipFields = {
  teamId: memberships.teamId,
  userId: memberships.userId,
  role: memberships.role,
  fromDirectory: memberships.fromDirectory,
  joinedAt: memberships.joinedAt,
}

/** What a user is in a team. */
export type Membership = Selected<typeof membershipFields>

/** A member of a team. */
export interface MemberRecord {
  user: UserRecord
  membership: Membership
}

const memberRow = (teamId: string, userId: string) => and(eq(memberships.teamId, teamId), eq(memberships.userId, userId))

export async function findMember(db: Db, teamId: string, userId: string): Promise<MemberRecord | undefined> {
  const [row] = await db
    .select({ user: userFields, membership: membershipFields })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(memberRow(teamId, userId))
  return row
}

/** Locks a team until the transaction ends, so that two requests cannot take its last two owners. @returns how many owners it has */
export async function lockOwners(tx: Db, teamId: string): Promise<number> {
  await tx.select({ id: teams.id }).from(teams).where(eq(teams.id, teamId)).for("update")
  const where = and(eq(memberships.teamId, teamId), eq(memberships.role, "owner"))
  return (await tx.select({ count: count() }).from(memberships).where(where))[0]?.count ?? 0
}

export async function setRole(db: Db, teamId: string, userId: string, role: Membership["role"]): Promise<void> {
  await db.update(memberships).set({ role }).where(memberRow(teamId, userId))
}

export async function deleteMember(db: Db, teamId: string, userId: string): Promise<void> {
  await db.delete(memberships).where(memberRow(teamId, userId))
}

export type Roles = Record<string, Membership["role"]>

/** The same as `listRoles` gives, as a column of a query that knows the user. */
export const rolesOf = (userId: PgColumn): SQL<Roles> =>
  sql`(select coalesce(json_object_agg(${memberships.teamId}, ${memberships.role}), '{}')::text
    from ${memberships} where ${memberships.userId} = ${userId})`.mapWith((text: string) => JSON.parse(text) as Roles)

/** The teams of a user, with the role in each. */
export async function listRoles(db: Db, userId: string): Promise<Roles> {
  const rows = await db.select({ id: memberships.teamId, role: memberships.role }).from(memberships).where(eq(memberships.userId, userId))
  return Object.fromEntries(rows.map(({ id, role }) => [id, role]))
}

export async function findTeamBySlug(db: Db, slug: string) {
  return (await db.select(teamFields).from(teams).where(eq(teams.slug, slug)))[0]
}

export async function findTeamById(db: Db, id: string) {
  return (await db.select(teamFields).from(teams).where(eq(teams.id, id)))[0]
}

/** Makes a team with its first member as owner; undefined when the slug is taken. */
export async function insertTeam(db: Db, team: NewTeam, ownerId: string): Promise<TeamRecord | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, team.slug, null))) return undefined
    const [row] = await tx
      .insert(teams)
      .values(toRow(teams, teamFields, team))
      .returning(teamFields)
    await tx.insert(memberships).values({ teamId: team.id, userId: ownerId, role: "owner" })
    return row
  })
}

/** A user's teams by name, with the role in each. */
export async function listTeams(
  db: Db,
  userId: string,
  page: { offset: number; limit: number },
): Promise<{ rows: { team: TeamRecord; membership: Membership }[]; total: number }> {
  const where = eq(memberships.userId, userId)
  const rows = await db
    .select({ team: teamFields, membership: membershipFields })
    .from(memberships)
    .innerJoin(teams, eq(teams.id, memberships.teamId))
    .where(where)
    .orderBy(asc(teams.name), asc(teams.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(memberships).where(where)
  return { rows, total: total?.count ?? 0 }
}

/** A team's members, in the order they joined. */
export async function listMembers(
  db: Db,
  teamId: string,
  page: { offset: number; limit: number },
): Promise<{ rows: MemberRecord[]; total: number }> {
  const where = eq(memberships.teamId, teamId)
  const rows = await db
    .select({ user: userFields, membership: membershipFields })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(where)
    .orderBy(asc(memberships.joinedAt), asc(users.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(memberships).where(where)
  return { rows, total: total?.count ?? 0 }
}
