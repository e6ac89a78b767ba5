import { setTimeout as sleep } from "node:timers/promises"
import type { Db } from "../store/db.ts"
import { findTextDemand, storeSampleTexts } from "../store/samples/sample-texts.ts"
import { storeLogTexts } from "../store/search/log-texts.ts"

/**
 * Makes some of the samples and log lines searchable that are not yet, then rests for as long as that took: indexing texts is several times as much work
 * as storing samples, which must not wait for it.
 * @returns whether there may be more
 */
export async function storeSomeTexts(db: Db): Promise<boolean> {
  const evaluationId = await findTextDemand(db)
  if (evaluationId === undefined) return false
  const begin = performance.now()
  if (await storeSampleTexts(db, evaluationId)) await storeLogTexts(db, evaluationId)
  await sleep(performance.now() - begin)
  return true
}
