import type { Db } from "../../store/db.ts"
import { storeSampleTexts } from "../../store/samples/sample-texts.ts"
import { demandLogsAtWork, storeLogTexts } from "../../store/search/log-texts.ts"
import { countWaitingTexts } from "../../store/search/searched-runs.ts"
import type { Viewer } from "../../store/viewer.ts"

/** How long a search waits for texts that are not stored yet. */
const patienceMs = 500

/**
 * Stores what the newest runs of a viewer have said lately, as long as that is quick, so that it is found.
 * @returns how many samples and log lines are left to the worker
 */
export async function storeWaitingTexts(db: Db, viewer: Viewer): Promise<number> {
  await demandLogsAtWork(db, viewer)
  const { waiting, runIds } = await countWaitingTexts(db, viewer)
  if (waiting === 0) return 0
  const end = performance.now() + patienceMs
  for (const id of runIds)
    while (!((await storeSampleTexts(db, id)) && (await storeLogTexts(db, id))))
      if (performance.now() > end) return (await countWaitingTexts(db, viewer)).waiting
  return 0
}
