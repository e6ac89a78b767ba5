import { and, eq, inArray, sql } from "drizzle-orm"
import { cleanText } from "../../base/json.ts"
import type { Db } from "../db.ts"
import { type NewOf, toRow } from "../fields.ts"
import { namesOf, recordsOf } from "../records.ts"
import type { SampleRecord } from "../samples/sample.ts"
import { evaluations, inferenceUsage, rolloutUsage, usageTotals } from "../schema.ts"
import { addToDays, addUp, type DailyRow, dayOf, noSandbox } from "./daily-usage.ts"
import { noUsage, plus, type UsageSums } from "./usage-sums.ts"

const usageFields = {
  userId: inferenceUsage.userId,
  teamId: inferenceUsage.teamId,
  evaluationId: inferenceUsage.evaluationId,
  sessionId: inferenceUsage.sessionId,
  provider: inferenceUsage.provider,
  model: inferenceUsage.model,
  status: inferenceUsage.status,
  latencyMs: inferenceUsage.latencyMs,
  promptTokens: inferenceUsage.promptTokens,
  cachedTokens: inferenceUsage.cachedTokens,
  reasoningTokens: inferenceUsage.reasoningTokens,
  completionTokens: inferenceUsage.completionTokens,
  costUsd: inferenceUsage.costUsd,
  createdAt: inferenceUsage.createdAt,
}

/** One request through the inference gateway. */
export type UsageEntry = NewOf<typeof usageFields>

/**
 * Stores requests and adds them to the sums of their runs, rollouts and days, in one transaction.
 * @param began is told the transaction's id, for wasCommitted
 */
export async function insertUsage(db: Db, given: UsageEntry[], began: (transaction: string) => void = () => {}): Promise<void> {
  if (given.length === 0) return
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string }>(sql`select pg_current_xact_id()::text as id`)
    began((rows[0] as { id: string }).id)
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
    const stored = entries.map((entry) => ({ ...toRow(inferenceUsage, usageFields, entry), createdAt: entry.createdAt ?? new Date() }))
    const columns = namesOf(Object.values(usageFields))
    await tx.execute(sql`insert into inference_usage (${columns}) select ${columns} from ${recordsOf(inferenceUsage, stored)}`)

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

/** Whether a transaction was committed whose answer was lost; undefined while that is open. */
export async function wasCommitted(db: Db, transaction: string): Promise<boolean | undefined> {
  const { rows } = await db.execute<{ status: string | null }>(sql`select pg_xact_status(${transaction}::xid8) as status`)
  const status = rows[0]?.status
  return status === "in progress" ? undefined : status === "committed"
}

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
    .where(and(eq(rolloutUsage.evaluationId, evaluationId), sql`${rolloutUsage.sessionId} = any(${sql.param(ids)}::text[])`))
  const bySession = new Map(rows.map((row) => [row.sessionId, row]))
  const found = new Map<string, UsageSums>()
  for (const { id, sessionIds } of samples) {
    const sums = sessionIds.flatMap((session) => bySession.get(session) ?? [])
    if (sums.length > 0) found.set(id, sums.reduce<UsageSums>(plus, noUsage))
  }
  return found
}
