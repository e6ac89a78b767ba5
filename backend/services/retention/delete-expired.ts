import { toError } from "../../base/errors.ts"
import { runFilesKey } from "../../base/files.ts"
import { deleteEvaluation } from "../../store/evaluations/delete-evaluation.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import { listExpired, listRetentions, lockExpired, type Retention } from "../../store/retention/retention.ts"
import { signalDeletion } from "../../store/signals.ts"
import { record } from "../audit/record.ts"
import type { Services } from "../context.ts"

/** Runs of one owner that are looked for at a time, so that none waits for all of another's. */
const atOnce = 20

/**
 * Deletes runs that are older than their owner wants them kept, each with its samples, traces, logs, files and texts for search, in a transaction of its
 * own. Whether it is still to go is asked once more under its lock: somebody may just star or resume it.
 * @returns whether there may be more
 */
export async function deleteExpired(services: Services): Promise<boolean> {
  let isMore = false
  for (const rule of await listRetentions(services.db)) {
    const ids = await listExpired(services.db, rule, atOnce)
    let deleted = 0
    for (const id of ids)
      await deleteOne(services, rule, id).then(
        () => deleted++,
        (error: unknown) => services.log.error({ error: toError(error).stack, evaluation: id }, "a run that is too old was not deleted"),
      )
    // What cannot be deleted now is tried with the next turn, not at once.
    isMore ||= deleted === atOnce
  }
  return isMore
}

async function deleteOne({ db, files }: Services, rule: Retention, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await lockExpired(tx, rule, id)
    if (!row) return
    // Before the row: a file that cannot be deleted keeps its run, so that none is left behind.
    await files.delete(runFilesKey(id))
    await deleteEvaluation(tx, id)
    await deleteLogLines(tx, [id])
    await signalDeletion(tx, row)
    await record({ caller: { kind: "user", userId: rule.setBy } }, tx, {
      action: "run.delete",
      target: { kind: "run", id, name: row.name },
      teamId: row.teamId,
      details: { retention_days: rule.days },
    })
  })
}
