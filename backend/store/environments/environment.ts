import { sql } from "drizzle-orm"
import { type environmentActions, environments, type environmentVersions, teams, users } from "../schema.ts"

export type EnvironmentRecord = typeof environments.$inferSelect

export type VersionRecord = typeof environmentVersions.$inferSelect

export type CheckRecord = typeof environmentActions.$inferSelect

export const ownerSlug = sql<string>`coalesce(${teams.slug}, ${users.slug}, ${users.id})`

export const ownerType = sql<"user" | "team">`case when ${environments.teamId} is null then 'user' else 'team' end`

export interface OwnedEnvironment {
  environment: EnvironmentRecord
  owner: string
  ownerType: "user" | "team"
  mayWrite: boolean
}
