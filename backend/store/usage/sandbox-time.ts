import { type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import type { EvaluationRecord } from "../evaluations/evaluation.ts"
import { sandboxTime } from "../schema.ts"
import { addToDays, type DailyRow, dayOf } from "./daily-usage.ts"
import { noUsage } from "./usage-sums.ts"

export interface CountedAttempt {
  /** It is the run's current attempt that is counted. */
  run: Pick<EvaluationRecord, "id" | "attempt" | "userId" | "teamId" | "environmentId" | "modelName">
  /** What its time costs; null when it is not charged. */
  usdPerHour: number | null
}

type Counted = {
  evaluation_id: string
  ms: number
  usd_per_hour: number | null
}

/**
 * Counts the time of attempts' processes: the first call starts the clock of one, each further call counts up to now. All in one transaction: the runs of
 * an account add to the same row of its day, and one by one they would wait for each other with a connection each.
 * @param attempts at most one of each run
 */
export async function countSandboxTimes(db: Db, attempts: readonly CountedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const runs = new Map(attempts.map(({ run }) => [run.id, run]))
  await db.transaction(async (tx) => {
    const given = givenRows(attempts)
    const { rows } = await tx.execute<Counted>(sql`
      with before as (
        select t.evaluation_id, t.attempt, t.until from ${sandboxTime} t join ${given} using (evaluation_id, attempt)
        order by t.evaluation_id, t.attempt for update of t
      )
      update ${sandboxTime} t set until = now() from before
      where t.evaluation_id = before.evaluation_id and t.attempt = before.attempt
      returning t.evaluation_id, extract(epoch from (now() - before.until))::float8 * 1000 as ms, t.usd_per_hour`)
    if (rows.length < attempts.length)
      await tx.execute(sql`
        insert into ${sandboxTime} (evaluation_id, attempt, since, until, usd_per_hour)
        select evaluation_id, attempt, now(), now(), usd_per_hour from ${given} order by 1 on conflict do nothing`)
    await addToDays(tx, daysOf(rows, runs))
  })
}

/** As one parameter, however many they are. */
const givenRows = (attempts: readonly CountedAttempt[]): SQL => {
  const rows = attempts.map(({ run, usdPerHour }) => ({ evaluation_id: run.id, attempt: run.attempt, usd_per_hour: usdPerHour }))
  return sql`json_to_recordset(${JSON.stringify(rows)}::json) as given (evaluation_id text, attempt int, usd_per_hour float8)`
}

/** What was counted, summed by the rows of days that it belongs to, in the order in which everybody locks these. */
function daysOf(counted: readonly Counted[], runs: ReadonlyMap<string, CountedAttempt["run"]>): DailyRow[] {
  const days = new Map<string, DailyRow>()
  for (const { evaluation_id, ms, usd_per_hour } of counted) {
    const run = runs.get(evaluation_id) as CountedAttempt["run"]
    const key = {
      userId: run.userId,
      teamId: run.teamId ?? "",
      environmentId: run.environmentId ?? "",
      provider: "",
      model: run.modelName ?? "",
    }
    const name = JSON.stringify(key)
    const day = days.get(name) ?? { ...noUsage, day: dayOf(new Date()), ...key, sandboxMs: 0, sandboxUsd: 0 }
    day.sandboxMs += Math.round(ms)
    day.sandboxUsd += (ms / 3_600_000) * (usd_per_hour ?? 0)
    days.set(name, day)
  }
  return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, day]) => day)
}
