import { withProcessLock } from "../../backend/base/process-lock.mjs"
import { Problem, say } from "./say.mjs"

const PATIENCE_MS = 20 * 60_000

/**
 * Lets one launcher at a time do the work; the others say that they wait.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withLock(file, work) {
  const deadline = Date.now() + PATIENCE_MS
  let announced = false
  return withProcessLock(file, work, {
    onWait(pid) {
      if (!announced) say(`Waiting for another launcher (process ${pid}) …`)
      announced = true
      if (Date.now() > deadline) throw new Problem(`Process ${pid} has kept its lock for 20 minutes: stop it, or delete ${file}.`)
    },
  })
}
