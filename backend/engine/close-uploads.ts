import { isTerminal, plainFailure } from "../../contract/index.ts"
import { tellRunEnded } from "../outbox/tell-run-ended.ts"
import type { EvaluationRecord } from "../store/evaluations/evaluation.ts"
import { listStoppedUploads, lockEvaluation, updateEvaluation } from "../store/evaluations/evaluations.ts"
import { signalNotice } from "../store/signals.ts"
import type { EngineServices } from "./worker-context.ts"

/** Closes uploads that made no request for too long as FAILED; their samples stay. */
export async function closeStoppedUploads({ db, config, log }: Pick<EngineServices, "db" | "config" | "log">): Promise<void> {
  const silentMs = config.uploadStopsAfterHours * 3_600_000
  for (const id of await listStoppedUploads(db, config.uploadStopsAfterHours))
    await db.transaction(async (tx) => {
      const row = await lockEvaluation(tx, id)
      // A request may have woken it since.
      if (!row || isTerminal(row.status) || Date.now() - row.updatedAt.getTime() < silentMs) return
      const last = row.updatedAt.toISOString().slice(0, 16).replace("T", " ")
      const message = `Its last request was at ${last} UTC, after ${row.samplesDone} samples`
      const closed = await updateEvaluation(tx, id, {
        status: "FAILED",
        phase: "ended",
        phaseDetail: null,
        completedAt: row.updatedAt,
        failure: { ...plainFailure("upload_stopped"), message },
      })
      await tellRunEnded(tx, closed as EvaluationRecord)
      await signalNotice(tx, closed as EvaluationRecord)
      log.info({ evaluation: id }, "closed an upload that had stopped")
    })
}
