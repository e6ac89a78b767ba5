import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { codeOf } from "./say.mjs"

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

/** A zombie counts as dead: it holds nothing any more. @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, but belongs to someone else.
    if (codeOf(error) !== "EPERM") return false
  }
  return processState(pid)?.zombie === false
}
