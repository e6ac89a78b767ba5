import { setTimeout as sleep } from "node:timers/promises"
import type { Db } from "../store/db.ts"
import { findEvaluationRow } from "../store/evaluations/evaluations.ts"
import { findAmong, saveFindings, takeFindingsDemand } from "../store/findings/run-findings.ts"

/** Some hundred bytes are held of each sample. */
const samplesMax = 200_000
/** After working so long, it rests as long: other work of this process must not wait. */
const spellMs = 10

/**
 * Looks through the run that has waited longest for it, and keeps what stands out.
 * @param signal ends it; the run is looked through again later
 * @returns whether there may be more
 */
export async function findSomeFindings(db: Db, signal: AbortSignal): Promise<boolean> {
  const evaluationId = await takeFindingsDemand(db)
  if (evaluationId === undefined) return false
  const row = await findEvaluationRow(db, evaluationId)
  if (!row) return true
  let begin = performance.now()
  const findings = await findAmong(db, row, samplesMax, async () => {
    const took = performance.now() - begin
    if (took < spellMs) return
    await sleep(took, undefined, { signal })
    begin = performance.now()
  })
  await saveFindings(db, row, findings)
  return true
}
