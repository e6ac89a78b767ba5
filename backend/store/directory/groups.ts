import { and, asc, count, eq, inArray, sql } from "drizzle-orm"
import { accessRoles } from "../../../contract/access/roles.ts"
import type { Db } from "../db.ts"
import { type ChangesOf, type NewOf, type Selected, toRow } from "../fields.ts"
import { directoryGroupMembers, directoryGroups, memberships, teams, users } from "../schema.ts"

const groupFields = {
  id: directoryGroups.id,
  name: directoryGroups.name,
  nameKey: directoryGroups.nameKey,
  externalId: directoryGroups.externalId,
  teamId: directoryGroups.teamId,
  role: directoryGroups.role,
  createdAt: directoryGroups.createdAt,
  updatedAt: directoryGroups.updatedAt,
}

/** A group of a directory, and the role that its members have in a team. */
export type DirectoryGroup = Selected<typeof groupFields>

/** By what directories look for groups; all that is given must hold. */
export interface GroupFilter {
  id?: string | undefined
  /** Without regard to case. */
  name?: string | undefined
  externalId?: string | undefined
  /** Only groups that this person is in. */
  memberId?: string | undefined
}

const matching = ({ id, name, externalId, memberId }: GroupFilter) =>
  and(
    id === undefined ? undefined : eq(directoryGroups.id, id),
    name === undefined ? undefined : eq(directoryGroups.nameKey, name.toLowerCase()),
    externalId === undefined ? undefined : eq(directoryGroups.externalId, externalId),
    memberId === undefined
      ? undefined
      : sql`${directoryGroups.id} in (select ${directoryGroupMembers.groupId} from ${directoryGroupMembers} where ${directoryGroupMembers.userId} = ${memberId})`,
  )

/** Groups in the order in which they came, with the names of their teams and how many are in each. */
export async function listGroups(
  db: Db,
  filter: GroupFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: { group: DirectoryGroup; teamName: string | null; members: number }[]; total: number }> {
  const where = matching(filter)
  const rows = await db
    .select({
      group: groupFields,
      teamName: teams.name,
      members: sql<number>`(select count(*)::int from ${directoryGroupMembers} where ${directoryGroupMembers.groupId} = ${directoryGroups.id})`,
    })
    .from(directoryGroups)
    .leftJoin(teams, eq(teams.id, directoryGroups.teamId))
    .where(where)
    .orderBy(asc(directoryGroups.createdAt), asc(directoryGroups.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(directoryGroups).where(where)
  return { rows, total: total?.count ?? 0 }
}

export async function findGroup(db: Db, id: string): Promise<DirectoryGroup | undefined> {
  return (await db.select(groupFields).from(directoryGroups).where(eq(directoryGroups.id, id)))[0]
}

/** Who is in each of these groups, by name. */
export async function listGroupMembers(db: Db, groupIds: readonly string[]): Promise<{ groupId: string; userId: string; name: string }[]> {
  if (groupIds.length === 0) return []
  return db
    .select({ groupId: directoryGroupMembers.groupId, userId: users.id, name: users.name })
    .from(directoryGroupMembers)
    .innerJoin(users, eq(users.id, directoryGroupMembers.userId))
    .where(inArray(directoryGroupMembers.groupId, [...groupIds]))
    .orderBy(asc(users.name), asc(users.id))
}

export async function insertGroup(db: Db, { name, ...values }: Omit<NewOf<typeof groupFields>, "nameKey">): Promise<void> {
  await db.insert(directoryGroups).values(toRow(directoryGroups, groupFields, { ...values, name, nameKey: name.toLowerCase() }))
}

export async function updateGroup(db: Db, id: string, changes: Omit<ChangesOf<typeof groupFields>, "nameKey">): Promise<void> {
  const { name } = changes
  const row = toRow(directoryGroups, groupFields, {
    ...changes,
    ...(name === undefined ? {} : { nameKey: name.toLowerCase() }),
    updatedAt: new Date(),
  })
  await db.update(directoryGroups).set(row).where(eq(directoryGroups.id, id))
}

export async function deleteGroup(db: Db, id: string): Promise<void> {
  await db.delete(directoryGroups).where(eq(directoryGroups.id, id))
}

/** Which of these ids are people whom a directory may put into groups. */
export async function findKnownPeople(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const where = and(inArray(users.id, [...ids]), eq(users.isOperator, false))
  return (await db.select({ id: users.id }).from(users).where(where)).map(({ id }) => id)
}

/** Makes these people, and nobody else, the members of a group. */
export async function setGroupMembers(tx: Db, groupId: string, userIds: readonly string[]): Promise<void> {
  await tx.delete(directoryGroupMembers).where(eq(directoryGroupMembers.groupId, groupId))
  // Postgres takes 65,535 values in one statement.
  for (let at = 0; at < userIds.length; at += 10_000)
    await tx.insert(directoryGroupMembers).values(userIds.slice(at, at + 10_000).map((userId) => ({ groupId, userId })))
}

/** Takes a person out of all groups. @returns the teams that the groups were for */
export async function leaveGroups(tx: Db, userId: string): Promise<string[]> {
  const left = await tx
    .delete(directoryGroupMembers)
    .where(eq(directoryGroupMembers.userId, userId))
    .returning({ id: directoryGroupMembers.groupId })
  if (left.length === 0) return []
  const where = inArray(
    directoryGroups.id,
    left.map(({ id }) => id),
  )
  const rows = await tx.selectDistinct({ teamId: directoryGroups.teamId }).from(directoryGroups).where(where)
  return rows.flatMap(({ teamId }) => teamId ?? [])
}

/**
 * Makes the members of a team what its groups say: the most that any of them gives. Owners that a person has made stay what they are, so that no
 * team is without one; other members that are in no group stay where a person has let them in.
 * @returns whose place in the team has changed
 */
export async function followGroups(tx: Db, teamId: string): Promise<string[]> {
  const rank = sql.raw(`array_position(array[${accessRoles.map((role) => `'${role}'`)}], role)`)
  const wanted = sql`
    select distinct on (m.user_id) m.user_id, g.role
    from ${directoryGroups} g join ${directoryGroupMembers} m on m.group_id = g.id
    where g.team_id = ${teamId} order by m.user_id, ${rank}`
  const gone = await tx.execute<{ user_id: string }>(sql`
    delete from ${memberships} where team_id = ${teamId} and from_directory and user_id not in (select user_id from (${wanted}) w) returning user_id`)
  const put = await tx.execute<{ user_id: string }>(sql`
    insert into ${memberships} as now (team_id, user_id, role, from_directory)
    select ${teamId}, w.user_id, w.role, true from (${wanted}) w
    on conflict (team_id, user_id) do update set role = excluded.role, from_directory = true
    where (now.from_directory or now.role <> 'owner') and (now.role, now.from_directory) is distinct from (excluded.role, true)
    returning user_id`)
  return [...gone.rows, ...put.rows].map(({ user_id }) => user_id)
}
