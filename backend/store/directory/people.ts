import { and, asc, count, eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type Selected, toRow } from "../fields.ts"
import { type UserRecord, userFields } from "../identity/users.ts"
import { directoryGroupMembers, directoryGroups, directoryPeople, users } from "../schema.ts"

const entryFields = {
  userId: directoryPeople.userId,
  userName: directoryPeople.userName,
  userNameKey: directoryPeople.userNameKey,
  externalId: directoryPeople.externalId,
  email: directoryPeople.email,
  givenName: directoryPeople.givenName,
  familyName: directoryPeople.familyName,
  madeHere: directoryPeople.madeHere,
  updatedAt: directoryPeople.updatedAt,
  deletedAt: directoryPeople.deletedAt,
}

/** What a directory says of a person. */
export type DirectoryEntry = Selected<typeof entryFields>

/** A person as a directory sees them; `entry` is null where none has written them yet. */
export interface DirectoryPerson {
  user: UserRecord
  entry: DirectoryEntry | null
  groups: { id: string; name: string }[]
}

/** By what directories look for people; all that is given must hold. */
export interface PersonFilter {
  id?: string | undefined
  /** Without regard to case. */
  userName?: string | undefined
  externalId?: string | undefined
  email?: string | undefined
  isActive?: boolean | undefined
}

/** The operator is nobody of the directory's: it could lock everybody out. */
const seen = and(eq(users.isOperator, false), isNull(directoryPeople.deletedAt))

/** Whoever goes by a name, in lower case: whom no directory has written is known by their address. Two look-ups, each by an index. */
const called = (name: string): SQL => sql`${users.id} in (
  select ${directoryPeople.userId} from ${directoryPeople} where ${directoryPeople.userNameKey} = ${name}
  union all
  select u.id from ${users} u where u.email = ${name} and not exists (select from ${directoryPeople} p where p.user_id = u.id))`

function matching({ id, userName, externalId, email, isActive }: PersonFilter): SQL | undefined {
  const name = userName?.toLowerCase()
  return and(
    seen,
    id === undefined ? undefined : eq(users.id, id),
    name === undefined ? undefined : called(name),
    externalId === undefined ? undefined : eq(directoryPeople.externalId, externalId),
    email === undefined ? undefined : eq(users.email, email.toLowerCase()),
    isActive === undefined ? undefined : isActive ? isNull(users.switchedOffAt) : isNotNull(users.switchedOffAt),
  )
}

const read = (db: Db) =>
  db
    .select({
      user: userFields,
      entry: entryFields,
      groups: sql<{ id: string; name: string }[]>`coalesce((
        select jsonb_agg(jsonb_build_object('id', ${directoryGroups.id}, 'name', ${directoryGroups.name}) order by ${directoryGroups.nameKey})
        from ${directoryGroupMembers} join ${directoryGroups} on ${directoryGroups.id} = ${directoryGroupMembers.groupId}
        where ${directoryGroupMembers.userId} = ${users.id}), '[]'::jsonb)`,
    })
    .from(users)
    .leftJoin(directoryPeople, eq(directoryPeople.userId, users.id))

/** Has a transaction of a directory wait for the one before it. */
export async function lockDirectory(tx: Db): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('directory'))`)
}

/** People in the order in which they came. */
export async function listDirectoryPeople(
  db: Db,
  filter: PersonFilter,
  page: { offset: number; limit: number },
): Promise<{ rows: DirectoryPerson[]; total: number }> {
  const where = matching(filter)
  const rows = await read(db).where(where).orderBy(asc(users.createdAt), asc(users.id)).limit(page.limit).offset(page.offset)
  const [total] = await db
    .select({ count: count() })
    .from(users)
    .leftJoin(directoryPeople, eq(directoryPeople.userId, users.id))
    .where(where)
  return { rows, total: total?.count ?? 0 }
}

export async function findDirectoryPerson(db: Db, id: string): Promise<DirectoryPerson | undefined> {
  return (await read(db).where(matching({ id })))[0]
}

/** An account that the directory has deleted, by the address that it is made anew with. */
export async function findDeletedPerson(db: Db, email: string): Promise<DirectoryPerson | undefined> {
  return (await read(db).where(and(eq(users.isOperator, false), isNotNull(directoryPeople.deletedAt), eq(users.email, email))))[0]
}

/** Whether one of the other accounts goes by a name: as its name in the directory, or as the address of one without such. */
export async function isNameTaken(db: Db, userName: string, exceptUserId: string | null): Promise<boolean> {
  const { rows } = await listDirectoryPeople(db, { userName }, { offset: 0, limit: 2 })
  return rows.some(({ user }) => user.id !== exceptUserId)
}

/** Stores what a directory says of a person, in the place of what it said before. */
export async function putEntry(tx: Db, entry: Omit<DirectoryEntry, "userNameKey" | "updatedAt">): Promise<void> {
  // The name of somebody deleted is free for others.
  const userNameKey = entry.deletedAt ? `deleted ${entry.userId}` : entry.userName.toLowerCase()
  const row = toRow(directoryPeople, entryFields, { ...entry, userNameKey, updatedAt: new Date() })
  await tx.insert(directoryPeople).values(row).onConflictDoUpdate({ target: directoryPeople.userId, set: row })
}

/** Whether an account was made for a directory, which says that this is the person's address. */
export async function wasProvisionedAs(db: Db, userId: string, email: string): Promise<boolean> {
  const { madeHere, deletedAt } = directoryPeople
  const where = and(eq(directoryPeople.userId, userId), eq(directoryPeople.email, email), eq(madeHere, true), isNull(deletedAt))
  return (await db.select({ userId: directoryPeople.userId }).from(directoryPeople).where(where)).length > 0
}
