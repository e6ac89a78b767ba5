import { and, asc, between, count, eq, gte, inArray, lt, or, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { dailyUsage, evaluations, memberships, teams, users } from "../schema.ts"
import { monthStart } from "./budgets.ts"
import { halves, type Limit, listLimits } from "./limits.ts"
import { type DailySums, type Days, sums } from "./usage-report.ts"

/** Whose use is listed: that of the members of a team, or of each person or team of the platform with all of theirs. */
export type SpendersOf = { kind: "member"; teamId: string } | { kind: "person" | "team" }

export interface SpenderRow {
  id: string
  name: string
  sums: DailySums
  /** Launched or uploaded on these days. */
  runs: number
  limit: Limit & { spentUsd: number; runsNow: number }
}

const costOf = ({ costUsd, sandboxUsd }: DailySums): number => costUsd + sandboxUsd

/** A page of them by name, each with what it used on some days, and its limit with what of that is used. */
export async function listSpenders(
  db: Db,
  of: SpendersOf,
  days: Days,
  page: { offset: number; limit: number },
  now: Date,
): Promise<{ rows: SpenderRow[]; total: number }> {
  const { names, total } = await listNames(db, of, page)
  const ids = names.map(({ id }) => id)
  if (ids.length === 0) return { rows: [], total }
  const inTeam = of.kind === "member" ? of.teamId : null
  const usageKey = of.kind === "team" ? dailyUsage.teamId : dailyUsage.userId
  const usageIn = inTeam === null ? undefined : eq(dailyUsage.teamId, inTeam)
  const runKey = of.kind === "team" ? sql<string>`${evaluations.teamId}` : sql<string>`${evaluations.userId}`
  const runsOf = and(inArray(runKey, ids), inTeam === null ? undefined : eq(evaluations.teamId, inTeam))
  const dayAfter = sql`(${days.to}::date + 1)::timestamp at time zone 'UTC'`
  const made = and(runsOf, gte(evaluations.createdAt, sql`${days.from}::timestamp at time zone 'UTC'`), lt(evaluations.createdAt, dayAfter))
  const [used, spent, runs, runsNow, limits] = await Promise.all([
    sumsBy(db, ids, usageKey, and(usageIn, between(dailyUsage.day, days.from, days.to))),
    sumsBy(db, ids, usageKey, and(usageIn, gte(dailyUsage.day, monthStart(now)))),
    countBy(db, runKey, made),
    countBy(db, runKey, and(or(...halves), runsOf)),
    listLimits(db, of.kind === "team" ? { accountIds: ids } : { accountId: inTeam ?? "", memberIds: ids }),
  ])
  const rows = names.map(({ id, name }) => ({
    id,
    name,
    sums: used.get(id) as DailySums,
    runs: runs.get(id) ?? 0,
    limit: {
      ...(limits.get(id) ?? { monthlyUsd: null, runsAtOnce: null }),
      spentUsd: costOf(spent.get(id) as DailySums),
      runsNow: runsNow.get(id) ?? 0,
    },
  }))
  return { rows, total }
}

/** What each of them used, one after the other: together they may be most of the table, which would then be read as a whole. */
async function sumsBy(db: Db, ids: string[], key: typeof dailyUsage.userId | typeof dailyUsage.teamId, where: SQL | undefined) {
  const columns = sql.join(
    Object.entries(sums).map(([name, value]) => sql`${value} as ${sql.identifier(name)}`),
    sql`, `,
  )
  const { rows } = await db.execute<DailySums & Record<string, unknown>>(sql`
    select who.id as key, used.* from unnest(${sql.param(ids)}::text[]) who(id),
      lateral (select ${columns} from ${dailyUsage} where ${and(sql`${key} = who.id`, where)}) used`)
  return new Map<string, DailySums>(rows.map((row) => [row.key, row]))
}

async function countBy(db: Db, key: SQL<string>, where: SQL | undefined): Promise<Map<string, number>> {
  const rows = await db.select({ key, count: count() }).from(evaluations).where(where).groupBy(key)
  return new Map(rows.map((row) => [row.key, row.count]))
}

async function listNames(
  db: Db,
  of: SpendersOf,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ names: { id: string; name: string }[]; total: number }> {
  if (of.kind === "team") {
    const names = await db
      .select({ id: teams.id, name: teams.name })
      .from(teams)
      .orderBy(asc(teams.name), asc(teams.id))
      .offset(offset)
      .limit(limit)
    return { names, total: await db.$count(teams) }
  }
  const isMember = of.kind === "member" ? inArray(users.id, members(db, of.teamId)) : undefined
  const names = await db
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(isMember)
    .orderBy(asc(users.name), asc(users.id))
    .offset(offset)
    .limit(limit)
  return { names, total: await db.$count(users, isMember) }
}

const members = (db: Db, teamId: string) => db.select({ id: memberships.userId }).from(memberships).where(eq(memberships.teamId, teamId))
