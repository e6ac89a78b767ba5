import { asc, count, eq, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { unlessTaken } from "../db.ts"
import { isSlugFree } from "../identity/slugs.ts"
import { type UserRecord, userFields } from "../identity/users.ts"
import { passwords, users } from "../schema.ts"

/** Everybody, in the order in which they came. */
export async function listPeople(
  db: Db,
  page: { offset: number; limit: number },
): Promise<{ rows: { user: UserRecord; hasPassword: boolean }[]; total: number }> {
  const rows = await db
    .select({ user: userFields, hasPassword: sql<boolean>`${passwords.userId} is not null` })
    .from(users)
    .leftJoin(passwords, eq(passwords.userId, users.id))
    .orderBy(asc(users.createdAt), asc(users.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db.select({ count: count() }).from(users)
  return { rows, total: total?.count ?? 0 }
}

export async function findUserByEmail(db: Db, email: string): Promise<UserRecord | undefined> {
  return (await db.select(userFields).from(users).where(eq(users.email, email)))[0]
}

/** Changes what a person is called and signs in as; undefined when another person has the address. Not for use inside a transaction. */
export async function updatePerson(
  db: Db,
  userId: string,
  changes: { name?: string | undefined; email?: string | undefined },
): Promise<UserRecord | undefined> {
  const { name, email } = changes
  if (name === undefined && email === undefined) return (await db.select(userFields).from(users).where(eq(users.id, userId)))[0]
  const set = { ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) }
  return (await unlessTaken(db.update(users).set(set).where(eq(users.id, userId)).returning(userFields)))?.[0]
}

/** Makes a person an admin of the platform or an ordinary one, and switches them off or on. */
export async function setStanding(
  db: Db,
  userId: string,
  { role, switchedOffAt }: { role?: UserRecord["role"]; switchedOffAt?: Date | null },
): Promise<void> {
  const set = { ...(role ? { role } : {}), ...(switchedOffAt === undefined ? {} : { switchedOffAt }) }
  await db.update(users).set(set).where(eq(users.id, userId))
}

/** A new person, under the first free username of those that are wished for; undefined when another person has the address. */
export async function insertPerson(
  tx: Db,
  person: { id: string; name: string; email: string },
  slugs: Iterable<string>,
): Promise<UserRecord | undefined> {
  let free: string | null = null
  for (const slug of slugs)
    if (await isSlugFree(tx, slug, null)) {
      free = slug
      break
    }
  const [row] = await tx
    .insert(users)
    .values({ ...person, slug: free, role: "USER" })
    .onConflictDoNothing({ target: users.email })
    .returning(userFields)
  return row
}
