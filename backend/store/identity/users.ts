import { eq } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import type { Selected } from "../fields.ts"
import { users } from "../schema.ts"
import { isSlugFree } from "./slugs.ts"

export const userFields = {
  id: users.id,
  name: users.name,
  email: users.email,
  slug: users.slug,
  role: users.role,
  createdAt: users.createdAt,
}

/** A user. */
export type UserRecord = Selected<typeof userFields>

export async function findUser(db: Db, id: string): Promise<UserRecord | undefined> {
  return (await db.select(userFields).from(users).where(eq(users.id, id)))[0]
}

/** The user that everything belongs to until there are accounts: made at the first start. */
export async function ensureOwner(db: Db, slug: string): Promise<UserRecord> {
  await db
    .insert(users)
    .values({ id: newId(), name: "Local user", email: `${slug}@localhost`, slug, role: "ADMIN" })
    .onConflictDoNothing()
  const [row] = await db
    .select(userFields)
    .from(users)
    .where(eq(users.email, `${slug}@localhost`))
  return row as UserRecord
}

/** Names a user; undefined when the name is taken. */
export async function updateUserSlug(db: Db, userId: string, slug: string): Promise<UserRecord | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, slug, userId))) return undefined
    return (await tx.update(users).set({ slug }).where(eq(users.id, userId)).returning(userFields))[0]
  })
}
