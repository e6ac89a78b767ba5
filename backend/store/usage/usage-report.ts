import { and, between, eq, inArray, type SQL, sql } from "drizzle-orm"
import type { PgColumn } from "drizzle-orm/pg-core"
import type { Db } from "../db.ts"
import { ownerSlug } from "../environments/environment.ts"
import { dailyUsage, environments, teams, users } from "../schema.ts"
import { type Account, ofAccount } from "./budgets.ts"
import type { UsageSums } from "./usage-sums.ts"

export interface DailySums extends UsageSums {
  /** The day, model, environment or user that the sums are of. */
  key: string
  sandboxMs: number
  sandboxUsd: number
}

const rowsMax = 500

const keys = {
  day: sql`${dailyUsage.day}::text`,
  model: dailyUsage.model,
  environment: dailyUsage.environmentId,
  user: dailyUsage.userId,
}

const sum = (column: PgColumn): SQL<number> => sql`coalesce(sum(${column}), 0)::float8`
/** Columns of what was used, added up. */
export const sums = {
  requests: sum(dailyUsage.requests),
  failedRequests: sum(dailyUsage.failedRequests),
  promptTokens: sum(dailyUsage.promptTokens),
  cachedTokens: sum(dailyUsage.cachedTokens),
  reasoningTokens: sum(dailyUsage.reasoningTokens),
  completionTokens: sum(dailyUsage.completionTokens),
  costUsd: sum(dailyUsage.costUsd),
  unpricedRequests: sum(dailyUsage.unpricedRequests),
  sandboxMs: sum(dailyUsage.sandboxMs),
  sandboxUsd: sum(dailyUsage.sandboxUsd),
}

export interface Days {
  from: string
  to: string
}

const onDays = (account: Account, { from, to }: Days) => and(ofAccount(account), between(dailyUsage.day, from, to))

/** All that an account used on some days. */
export async function sumUsage(db: Db, account: Account, days: Days): Promise<DailySums> {
  const [row] = await db
    .select({ key: sql<string>`''`, ...sums })
    .from(dailyUsage)
    .where(onDays(account, days))
  return row as DailySums
}

/** The same by day, oldest first, or by another key, most expensive first. */
export async function listUsage(db: Db, account: Account, days: Days, by: keyof typeof keys): Promise<DailySums[]> {
  return db
    .select({ key: sql<string>`${keys[by]}`, ...sums })
    .from(dailyUsage)
    .where(onDays(account, days))
    .groupBy(sql`1`)
    .orderBy(by === "day" ? sql`1` : sql`sum(${dailyUsage.costUsd} + ${dailyUsage.sandboxUsd}) desc, sum(${dailyUsage.requests}) desc, 1`)
    .limit(rowsMax)
}

/** owner/name of environments by id; those that are gone are left out. */
export async function listEnvironmentNames(db: Db, ids: string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: environments.id, name: sql<string>`${ownerSlug} || '/' || ${environments.name}` })
    .from(environments)
    .innerJoin(users, eq(users.id, environments.userId))
    .leftJoin(teams, eq(teams.id, environments.teamId))
    .where(inArray(environments.id, ids))
  return new Map(rows.map((row) => [row.id, row.name]))
}

export async function listUserNames(db: Db, ids: string[]): Promise<Map<string, string>> {
  const rows = await db
    .select({ id: users.id, name: sql<string>`coalesce(${users.slug}, ${users.name})` })
    .from(users)
    .where(inArray(users.id, ids))
  return new Map(rows.map((row) => [row.id, row.name]))
}
