import { eq, sql } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import type { Selected } from "../fields.ts"
import { prepared } from "../prepared.ts"
import { users } from "../schema.ts"
import { isSlugFree } from "./slugs.ts"

export const userFields = {
  id: users.id,
  name: users.name,
  email: users.email,
  slug: users.slug,
  role: users.role,
  isOperator: users.isOperator,
  switchedOffAt: users.switchedOffAt,
  createdAt: users.createdAt,
}

/** A user. */
export type UserRecord = Selected<typeof userFields>

const userById = prepared("user_by_id", (db, name) =>
  db
    .select(userFields)
    .from(users)
    .where(eq(users.id, sql.placeholder("id")))
    .prepare(name),
)

export async function findUser(db: Db, id: string): Promise<UserRecord | undefined> {
  return (await userById(db).execute({ id }))[0]
}

/** A user, whom no other transaction changes until this one ends. */
export async function lockUser(tx: Db, id: string): Promise<UserRecord | undefined> {
  return (await tx.select(userFields).from(users).where(eq(users.id, id)).for("update"))[0]
}

/** The user that everything belongs to until there are accounts: made at the first start, and known by its mark afterwards. */
export async function ensureOwner(db: Db, slug: string): Promise<UserRecord> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('operator'))`)
    const [known] = await tx.select(userFields).from(users).where(eq(users.isOperator, true))
    if (known) return known
    const email = unusedEmail(slug)
    // Of a version that knew the first user by this address.
    const [before] = await tx.update(users).set({ isOperator: true }).where(eq(users.email, email)).returning(userFields)
    if (before) return before
    const [made] = await tx
      .insert(users)
      .values({ id: newId(), name: "Local user", email, slug, role: "ADMIN", isOperator: true })
      .returning(userFields)
    return made as UserRecord
  })
}

/** The address of the first user until they give one of their own. */
export const unusedEmail = (slug: string): string => `${slug}@localhost`

/** Whether an address stands for none. */
export const isUnusedEmail = (email: string): boolean => email.endsWith("@localhost")

/** Names a user; undefined when the name is taken. */
export async function updateUserSlug(db: Db, userId: string, slug: string): Promise<UserRecord | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, slug, userId))) return undefined
    return (await tx.update(users).set({ slug }).where(eq(users.id, userId)).returning(userFields))[0]
  })
}
