import { and, eq, ne, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { teams, users } from "../schema.ts"

/** Whether a name is free. Users and teams share one namespace; the lock keeps two from taking the same name at once. */
export async function isSlugFree(tx: Db, slug: string, exceptUserId: string | null): Promise<boolean> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('slugs'))`)
  const [team] = await tx.select({ id: teams.id }).from(teams).where(eq(teams.slug, slug))
  if (team) return false
  const [other] = await tx
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.slug, slug), exceptUserId === null ? undefined : ne(users.id, exceptUserId)))
  return !other
}
