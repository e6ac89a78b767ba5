import { eq, type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import { memberships } from "../schema.ts"

/** Whether a column names a member of a team. */
export const isMemberOf = (userId: PgColumn, teamId: string): SQL =>
  sql`${userId} in (select ${memberships.userId} from ${memberships} where ${memberships.teamId} = ${teamId})`

/** Whether a column names a person who may see what an owner has: the members of its team, or the owner alone. */
export const isOfOwner = (userId: PgColumn, owner: { userId: string; teamId: string | null }): SQL =>
  owner.teamId === null ? eq(userId, owner.userId) : isMemberOf(userId, owner.teamId)
