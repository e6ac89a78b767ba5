import { and, count, desc, eq, getTableColumns, gt, inArray, isNull, or, type SQL, sql } from "drizzle-orm"
import type { PgColumn, PgTable } from "drizzle-orm/pg-core"
import { cleanText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import type { EvaluationRecord, UsageRecord } from "../evaluations/evaluations.ts"
import type { SampleRecord } from "../samples/samples.ts"
import { dailyUsage, evaluations, inferenceUsage, rolloutUsage, sandboxTime, usageTotals } from "../schema.ts"

export type UsageEntry = typeof inferenceUsage.$inferInsert
export type UsageSums = Omit<UsageRecord, "evaluationId">
type DailyRow = typeof dailyUsage.$inferInsert

export const noUsage: UsageSums = {
  requests: 0,
  failedRequests: 0,
  promptTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  completionTokens: 0,
  costUsd: 0,
  unpricedRequests: 0,
}
const noSandbox = { sandboxMs: 0, sandboxUsd: 0 }

/** Stores requests and adds them to the sums of their runs, rollouts and days, in one transaction. */
export async function insertUsage(db: Db, given: UsageEntry[]): Promise<void> {
  if (given.length === 0) return
  await db.transaction(async (tx) => {
    // A run that was deleted meanwhile is not named any more; one that is there is kept until this is stored.
    const ids = [...new Set(given.flatMap((entry) => entry.evaluationId ?? []))]
    const known = await tx
      .select({ id: evaluations.id, environmentId: evaluations.environmentId })
      .from(evaluations)
      .where(inArray(evaluations.id, ids))
      .orderBy(evaluations.id)
      .for("key share")
    const environmentOf = new Map(known.map((row) => [row.id, row.environmentId]))
    const entries = given.map((entry) => ({
      ...entry,
      model: cleanText(entry.model),
      sessionId: entry.sessionId ? cleanText(entry.sessionId) : null,
      evaluationId: entry.evaluationId && environmentOf.has(entry.evaluationId) ? entry.evaluationId : null,
    }))
    await tx.insert(inferenceUsage).values(entries)

    const runs = new Sums<{ evaluationId: string }>()
    const rollouts = new Sums<{ evaluationId: string; sessionId: string }>()
    const days = new Sums<Omit<DailyRow, keyof UsageSums | keyof typeof noSandbox>>()
    for (const entry of entries) {
      const { evaluationId, sessionId, userId, provider, model } = entry
      if (evaluationId) runs.add({ evaluationId }, entry)
      if (evaluationId && sessionId) rollouts.add({ evaluationId, sessionId }, entry)
      const environmentId = (evaluationId && environmentOf.get(evaluationId)) || ""
      days.add({ day: dayOf(entry.createdAt ?? new Date()), userId, teamId: entry.teamId ?? "", environmentId, provider, model }, entry)
    }
    await addUp(tx, usageTotals, [usageTotals.evaluationId], runs.rows())
    await addUp(tx, rolloutUsage, [rolloutUsage.evaluationId, rolloutUsage.sessionId], rollouts.rows())
    await addToDays(
      tx,
      days.rows().map((row) => ({ ...row, ...noSandbox })),
    )
  })
}

export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10)

/** Sums by key, in the order of keys: two workers then never wait for each other's rows crosswise. */
class Sums<Key extends Record<string, string>> {
  readonly #sums = new Map<string, Key & UsageSums>()

  add(key: Key, entry: UsageEntry): void {
    const name = JSON.stringify(Object.values(key))
    const sum = this.#sums.get(name) ?? { ...noUsage, ...key }
    sum.requests++
    if (entry.status >= 400 || entry.status === 0) sum.failedRequests++
    else if (entry.costUsd === null || entry.costUsd === undefined) sum.unpricedRequests++
    sum.promptTokens += entry.promptTokens
    sum.cachedTokens += entry.cachedTokens
    sum.reasoningTokens += entry.reasoningTokens
    sum.completionTokens += entry.completionTokens
    sum.costUsd += entry.costUsd ?? 0
    this.#sums.set(name, sum)
  }

  rows(): (Key & UsageSums)[] {
    return [...this.#sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum)
  }
}

/** Adds to what days and accounts have used. Rows come in one order from everywhere. */
export async function addToDays(db: Db, rows: DailyRow[]): Promise<void> {
  const { day, userId, teamId, environmentId, provider, model } = dailyUsage
  await addUp(db, dailyUsage, [day, userId, teamId, environmentId, provider, model], rows)
}

const rowsAtOnce = 1000

/** Inserts rows, or adds their numbers to the rows that have the same key. */
async function addUp<T extends PgTable>(db: Db, table: T, key: PgColumn[], rows: T["$inferInsert"][]): Promise<void> {
  const sums = Object.entries(getTableColumns(table)).filter(([, column]) => !key.includes(column))
  const set = Object.fromEntries(sums.map(([name, column]) => [name, sql`${column} + excluded.${sql.identifier(column.name)}`]))
  for (let i = 0; i < rows.length; i += rowsAtOnce)
    await db
      .insert(table)
      .values(rows.slice(i, i + rowsAtOnce))
      .onConflictDoUpdate({ target: key, set: set as never })
}

/** What samples of a run used, by their ids. Those that asked nothing through the gateway are left out. */
export async function listRolloutUsage(
  db: Db,
  evaluationId: string,
  samples: readonly Pick<SampleRecord, "id" | "sessionIds">[],
): Promise<Map<string, UsageSums>> {
  const ids = samples.flatMap((sample) => sample.sessionIds)
  if (ids.length === 0) return new Map()
  const rows = await db
    .select()
    .from(rolloutUsage)
    .where(and(eq(rolloutUsage.evaluationId, evaluationId), inArray(rolloutUsage.sessionId, ids)))
  const bySession = new Map(rows.map((row) => [row.sessionId, row]))
  const found = new Map<string, UsageSums>()
  for (const { id, sessionIds } of samples) {
    const sums = sessionIds.flatMap((session) => bySession.get(session) ?? [])
    if (sums.length > 0) found.set(id, sums.reduce<UsageSums>(plus, noUsage))
  }
  return found
}

const plus = (a: UsageSums, b: UsageSums): UsageSums => ({
  requests: a.requests + b.requests,
  failedRequests: a.failedRequests + b.failedRequests,
  promptTokens: a.promptTokens + b.promptTokens,
  cachedTokens: a.cachedTokens + b.cachedTokens,
  reasoningTokens: a.reasoningTokens + b.reasoningTokens,
  completionTokens: a.completionTokens + b.completionTokens,
  costUsd: a.costUsd + b.costUsd,
  unpricedRequests: a.unpricedRequests + b.unpricedRequests,
})

/** Milliseconds between two moments of the database. */
const msBetween = (since: SQL | PgColumn, until: SQL | PgColumn) => sql`(extract(epoch from (${until} - ${since})) * 1000)`

/** What the sandboxes of a run come to so far; dollars are null where their time is not charged. */
export const sandboxSums = (evaluationId: PgColumn) => ({
  ms: sql<number | null>`(select sum(${msBetween(sandboxTime.since, sandboxTime.until)})::float8 from ${sandboxTime}
    where ${sandboxTime.evaluationId} = ${evaluationId})`,
  usd: sql<number | null>`(select sum(${msBetween(sandboxTime.since, sandboxTime.until)} / 3600000 * ${sandboxTime.usdPerHour})::float8
    from ${sandboxTime} where ${sandboxTime.evaluationId} = ${evaluationId})`,
})

/** Evaluations of a user or of a team that cost something, newest first. */
export async function listCosts(
  db: Db,
  owner: { userId: string; teamId: string | null },
  page: { offset: number; limit: number },
): Promise<{ rows: { evaluation: EvaluationRecord; costUsd: number }[]; total: number }> {
  const sandbox = sandboxSums(evaluations.id).usd
  const where = and(
    owner.teamId ? eq(evaluations.teamId, owner.teamId) : and(eq(evaluations.userId, owner.userId), isNull(evaluations.teamId)),
    or(gt(usageTotals.costUsd, 0), sql`${sandbox} > 0`),
  )
  const rows = await db
    .select({ evaluation: evaluations, costUsd: sql<number>`coalesce(${usageTotals.costUsd}, 0) + coalesce(${sandbox}, 0)` })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
    .orderBy(desc(evaluations.createdAt), desc(evaluations.id))
    .limit(page.limit)
    .offset(page.offset)
  const [total] = await db
    .select({ count: count() })
    .from(evaluations)
    .leftJoin(usageTotals, eq(usageTotals.evaluationId, evaluations.id))
    .where(where)
  return { rows, total: total?.count ?? 0 }
}
