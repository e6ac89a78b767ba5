import { and, eq, inArray, isNull, or, type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import type { AccessRole } from "../../contract/index.ts"

/** Whom a query may show things to: nobody in particular, or a user with the teams that the user belongs to. */
export interface Viewer {
  userId: string | null
  teamIds: readonly string[]
  /** What the user is in each of these teams. */
  roles: Readonly<Record<string, AccessRole>>
}

/** Whether the viewer owns a row, alone or through a team. */
export const ownedBy = (table: { userId: PgColumn; teamId: PgColumn }, viewer: Viewer): SQL =>
  or(
    viewer.userId === null ? sql`false` : and(eq(table.userId, viewer.userId), isNull(table.teamId)),
    viewer.teamIds.length === 0 ? sql`false` : inArray(table.teamId, viewer.teamIds),
  ) as SQL

/** The same of an owner that is known already. */
export const isOwnedBy = ({ userId, teamId }: { userId: string; teamId: string | null }, viewer: Viewer): boolean =>
  teamId === null ? userId === viewer.userId : viewer.teamIds.includes(teamId)

/** What the viewer is to an owner; undefined for nobody of theirs. A person is the owner of what is their own. */
export const roleIn = ({ userId, teamId }: { userId: string; teamId: string | null }, viewer: Viewer): AccessRole | undefined =>
  teamId === null ? (userId === viewer.userId ? "owner" : undefined) : viewer.roles[teamId]
