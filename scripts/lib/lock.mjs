import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { isAlive } from "./process-state.mjs"
import { codeOf, Problem, say } from "./say.mjs"

/** @param {string} file */
export function readPid(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || undefined
  } catch {
    return undefined
  }
}

/**
 * Lets one process at a time do the work. The lock of a process that died is taken over.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(file, work) {
  const deadline = Date.now() + 20 * 60_000
  let told = false
  mkdirSync(dirname(file), { recursive: true })
  while (!tryLock(file)) {
    const pid = readPid(file)
    if (!told) say(`Another launcher (process ${pid}) is at work here; waiting for it …`)
    told = true
    if (Date.now() > deadline) throw new Problem(`Process ${pid} has been at work for 20 minutes: stop it, or delete ${file}.`)
    await sleep(250)
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
