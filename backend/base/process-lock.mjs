import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"

// Plain JavaScript that imports nothing but Node: the launcher loads it before any package is installed.

const codeOf = (/** @type {unknown} */ error) => /** @type {{ code?: string } | undefined} */ (error)?.code

/**
 * What a process is: its name, and whether it is a zombie (dead, but not yet reaped by its parent).
 * @param {number} pid
 * @returns {{ name: string, zombie: boolean } | undefined} nothing when there is no such process
 */
export function processState(pid) {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
      const end = stat.lastIndexOf(")")
      return { name: stat.slice(stat.indexOf("(") + 1, end), zombie: stat[end + 2] === "Z" }
    }
    const line = execFileSync("ps", ["-o", "stat=,comm=", "-p", String(pid)], { encoding: "utf8" }).trim()
    const [, state = "", name = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? []
    return { name: name.split("/").at(-1) ?? "", zombie: state.startsWith("Z") }
  } catch {
    return undefined
  }
}

/** A zombie counts as dead: it no longer holds anything. @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, but belongs to someone else.
    if (codeOf(error) !== "EPERM") return false
  }
  return processState(pid)?.zombie === false
}

/** The process id that a file holds. @param {string} file */
export function readPid(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined
  } catch {
    return undefined
  }
}

/**
 * Lets one process of this machine at a time do the work. The lock of a process that died is taken over.
 * @template T
 * @param {string} file holds the owner's process id
 * @param {() => Promise<T>} work
 * @param {{ signal?: AbortSignal, everyMs?: number, onWait?: (pid: number | undefined) => void }} [options]
 *   onWait is called each time that another process has the lock; it may throw to give up, as an aborted signal does
 * @returns {Promise<T>}
 */
export async function withProcessLock(file, work, { signal, everyMs = 200, onWait = () => {} } = {}) {
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    signal?.throwIfAborted()
    if (tryLock(file)) break
    onWait(readPid(file))
    await sleep(everyMs)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/** @param {string} file */
function tryLock(file) {
  const pid = readPid(file)
  if (pid && !isAlive(pid)) rmSync(file, { force: true })
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: "wx" })
    return true
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false
    throw error
  }
}
