import { createHash, randomBytes } from "node:crypto"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

const attempt = (read: () => string): string => {
  try {
    return read().trim()
  } catch {
    return ""
  }
}

/**
 * Names the set of processes that can be looked at from here: the host, its boot, and the PID namespace. Two containers with one
 * host name, or one host before and after a restart, are two machines: a process number of one says nothing in the other.
 */
export function machineName(): string {
  const boot = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))
  const namespace = attempt(() => readlinkSync("/proc/self/ns/pid"))
  return `${hostname()}.${createHash("sha256").update(`${boot}\n${namespace}`).digest("hex").slice(0, 8)}`
}

/** The part of a machine's name that people recognise. */
export const hostOf = (machine: string): string => machine.replace(/\.[0-9a-f]{8}$/, "")

const random = randomBytes(4).toString("hex")

/** Names this process, unlike any other before or after it, fit for a file's name: machine-process number-random. */
export const processName = (): string => `${machineName()}-${process.pid}-${random}`

/** Whether a process of that name has certainly ended. Unknown, and so false, for one on another machine. */
export function isDeadProcess(name: string): boolean {
  const [, machine, pid] = /^(.+)-(\d+)-[0-9a-f]+$/.exec(name) ?? []
  if (machine !== machineName() || name === processName()) return false
  // Our own number under another name: a process before us had it.
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH"
  }
}
