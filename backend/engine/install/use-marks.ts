import { rm, stat, utimes } from "node:fs/promises"
import { withProcessLock } from "../../base/process-lock.mjs"

/** Notes that what a mark stands for is used now. @returns whether it is there */
export function noteUse(mark: string): Promise<boolean> {
  const now = new Date()
  return utimes(mark, now, now).then(
    () => true,
    () => false,
  )
}

/** When what a mark stands for was used last, in milliseconds; 0 when it is not there, or half made. */
export const usedAt = (mark: string): Promise<number> =>
  stat(mark).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )

/**
 * Deletes what a mark stands for, unless it is being made, or was used in the meantime.
 * @param since when it was used last, as far as the caller knows
 * @returns whether it was deleted
 */
export async function deleteUnused(folder: string, mark: string, since: number, remove: () => Promise<void>): Promise<boolean> {
  const onWait = () => {
    throw new Busy()
  }
  const work = async () => {
    if ((await usedAt(mark)) !== since) return false
    // First, so that another process that looks for it makes it anew, and waits until this is done.
    await rm(mark, { force: true })
    await remove()
    return true
  }
  try {
    return await withProcessLock(`${folder}.lock`, work, { onWait })
  } catch (error) {
    if (error instanceof Busy) return false
    throw error
  }
}

class Busy extends Error {}
