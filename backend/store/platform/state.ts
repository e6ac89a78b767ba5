import { sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { evaluations, sandboxes } from "../schema.ts"

/** What a platform is doing, for those who watch over it. */
export interface PlatformState {
  queued: number
  /** How long the run has waited that waits longest. */
  waitingSeconds: number
  active: number
  sandboxes: number
}

/** Read from the indexes of what is under way, which are small. */
export async function readPlatformState(db: Db): Promise<PlatformState> {
  const { rows } = await db.execute<{ queued: number; waiting: number; active: number; sandboxes: number }>(sql`
    select
      (select count(*)::int from ${evaluations} where is_hosted and status = 'PENDING') as queued,
      (select coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from ${evaluations} where is_hosted and status = 'PENDING') as waiting,
      (select count(*)::int from ${evaluations} where is_hosted and status in ('RUNNING', 'PROCESSING')) as active,
      (select count(*)::int from ${sandboxes} where status not in ('TERMINATED', 'ERROR')) as sandboxes`)
  const [row] = rows
  return { queued: row?.queued ?? 0, waitingSeconds: row?.waiting ?? 0, active: row?.active ?? 0, sandboxes: row?.sandboxes ?? 0 }
}
