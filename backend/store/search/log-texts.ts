import { eq, sql } from "drizzle-orm"
import { withoutControls } from "../../../contract/logs/terminal-text.ts"
import type { Db } from "../db.ts"
import { readLogLines } from "../logs/read-logs.ts"
import { evaluations, sampleTextProgress as progress } from "../schema.ts"
import { ownedBy, type Viewer } from "../viewer.ts"
import { textBlocks } from "./text-blocks.ts"

/** Of a run that goes on; what is less waits for more, or for its end. */
const demandedLines = 500
/** About a fifth of a second of work for the index. */
const linesAtOnce = 4000
const runsAtOnce = 20

/** Whether so many lines more are worth to be stored by themselves. */
export const isDemand = (before: number, after: number): boolean => Math.floor(before / demandedLines) < Math.floor(after / demandedLines)

/** Notes that a run's log has lines before `due` that are to be found. */
export async function demandLogTexts(db: Db, evaluationId: string, due: number): Promise<void> {
  await db
    .insert(progress)
    .values({ evaluationId, due: 0, logDue: due })
    .onConflictDoUpdate({ target: progress.evaluationId, set: { logDue: sql`greatest(${progress.logDue}, excluded.log_due)` } })
}

/** Notes the same of the newest of the viewer's runs that are at work, for all lines that their logs have by now. */
export async function demandLogsAtWork(db: Db, viewer: Viewer): Promise<void> {
  await db.execute(sql`
    insert into sample_text_progress as progress (evaluation_id, due, log_due)
    select id, 0, log_lines from evaluations
    where is_hosted and status in ('RUNNING', 'PROCESSING') and log_lines > 0 and ${ownedBy(evaluations, viewer)}
    order by created_at desc limit ${runsAtOnce}
    on conflict (evaluation_id) do update set log_due = excluded.log_due where progress.log_due < excluded.log_due`)
}

/**
 * Stores the next lines of a run's log for the search: a bounded number, in a transaction of its own. Who does the same at the same time waits.
 * @returns whether all are stored
 */
export async function storeLogTexts(db: Db, evaluationId: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`log texts of ${evaluationId}`}, 0))`)
    const [at] = await tx.select().from(progress).where(eq(progress.evaluationId, evaluationId))
    if (!at || at.logLine >= at.logDue) return true
    const lines = await readLogLines(tx, evaluationId, at.logLine, Math.min(linesAtOnce, at.logDue - at.logLine))
    const blocks = textBlocks(lines.map(({ n, text }) => ({ text: withoutControls(text), spot: n })))
    await tx.execute(sql`
      insert into log_texts (evaluation_id, place, owner, text, shown, spots)
      select e.id, next.place + t.nth - 1, coalesce(e.team_id, e.user_id), t.value ->> 'text', t.value ->> 'shown', t.value -> 'spots'
      from evaluations e, json_array_elements(${JSON.stringify(blocks)}::json) with ordinality t(value, nth),
        (select coalesce(max(place) + 1, 0) as place from log_texts where evaluation_id = ${evaluationId}) next
      where e.id = ${evaluationId}`)
    const logLine = (lines.at(-1)?.n ?? at.logDue - 1) + 1
    await tx.update(progress).set({ logLine }).where(eq(progress.evaluationId, evaluationId))
    return logLine >= at.logDue
  })
}
