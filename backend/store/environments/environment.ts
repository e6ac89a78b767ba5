import { type SQL, sql } from "drizzle-orm"
import type { AccessRole } from "../../../contract/index.ts"
import type { ChangesOf, NewOf, Selected } from "../fields.ts"
import { environments, teams, users } from "../schema.ts"

export const environmentFields = {
  id: environments.id,
  userId: environments.userId,
  teamId: environments.teamId,
  name: environments.name,
  description: environments.description,
  visibility: environments.visibility,
  tags: environments.tags,
  executor: environments.executor,
  isSample: environments.isSample,
  latestVersionId: environments.latestVersionId,
  createdAt: environments.createdAt,
  updatedAt: environments.updatedAt,
}

/** An environment. */
export type EnvironmentRecord = Selected<typeof environmentFields>
export type NewEnvironment = NewOf<typeof environmentFields>
export type EnvironmentChanges = ChangesOf<typeof environmentFields>

export const ownerSlug = sql<string>`coalesce(${teams.slug}, ${users.slug}, ${users.id})`

/** Whether the owner of an environment has that slug: a team, or a user (by id where there is no slug). In terms of an index. */
export const isOwnedBySlug = (slug: string): SQL =>
  sql`coalesce(${environments.teamId}, ${environments.userId}) in (
    select id from teams where slug = ${slug} union all select id from users where slug = ${slug} or (slug is null and id = ${slug}))`

export const ownerType = sql<"user" | "team">`case when ${environments.teamId} is null then 'user' else 'team' end`

export interface OwnedEnvironment {
  environment: EnvironmentRecord
  owner: string
  ownerType: "user" | "team"
  /** What the viewer is to its owner; undefined for those who see it because it is public. */
  role: AccessRole | undefined
}
