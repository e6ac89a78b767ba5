import { eq } from "drizzle-orm"
import { newId } from "../../base/ids.ts"
import type { Db } from "../db.ts"
import { users } from "../schema.ts"
import { isSlugFree } from "./slugs.ts"

export type UserRecord = typeof users.$inferSelect

export async function findUser(db: Db, id: string): Promise<UserRecord | undefined> {
  return (await db.select().from(users).where(eq(users.id, id)))[0]
}

/** The user that everything belongs to until there are accounts: made at the first start. */
export async function ensureOwner(db: Db, slug: string): Promise<UserRecord> {
  await db
    .insert(users)
    .values({ id: newId(), name: "Local user", email: `${slug}@localhost`, slug, role: "ADMIN" })
    .onConflictDoNothing()
  const [row] = await db
    .select()
    .from(users)
    .where(eq(users.email, `${slug}@localhost`))
  return row as UserRecord
}

/** Names a user; undefined when the name is taken. */
export async function updateUserSlug(db: Db, userId: string, slug: string): Promise<UserRecord | undefined> {
  return db.transaction(async (tx) => {
    if (!(await isSlugFree(tx, slug, userId))) return undefined
    return (await tx.update(users).set({ slug }).where(eq(users.id, userId)).returning())[0]
  })
}
