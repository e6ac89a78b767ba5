import { sql } from "drizzle-orm"
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
  latestVersionId: environments.latestVersionId,
  createdAt: environments.createdAt,
  updatedAt: environments.updatedAt,
}

/** An environment. */
export type EnvironmentRecord = Selected<typeof environmentFields>
export type NewEnvironment = NewOf<typeof environmentFields>
export type EnvironmentChanges = ChangesOf<typeof environmentFields>

export const ownerSlug = sql<string>`coalesce(${teams.slug}, ${users.slug}, ${users.id})`

export const ownerType = sql<"user" | "team">`case when ${environments.teamId} is null then 'user' else 'team' end`

export interface OwnedEnvironment {
  environment: EnvironmentRecord
  owner: string
  ownerType: "user" | "team"
  mayWrite: boolean
}
