import { readdirSync, readFileSync } from "node:fs"

const ticksPerSecond = 100
const lookEveryMs = 200
/** A process may become another program, or change what its command line says, in so many looks after its start. */
const looksToSettle = 5

/** @param {number | string} pid @param {string} name */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8")
  } catch {
    // It ended meanwhile.
    return ""
  }
}

/**
 * Which part of the platform a process is; null for one that is none.
 * @param {string} words its command line @param {boolean} isOurs whether it works in the data folder, or was started by what does
 */
function partOf(words, isOurs) {
  if (!isOurs) return null
  if (words.includes("dist/worker.js")) return "worker and gateway"
  if (words.includes("start.py")) return "environment"
  if (words.includes("egress_proxy")) return "egress proxy"
  if (words.includes("runner/src/sandbox")) return "shim and init"
  return words.includes("postgres") ? "Postgres" : "other"
}

/**
 * The processor's time that each part of a platform takes, by what the kernel counts for its processes. Unlike the time on the clock it hardly depends on
 * what else the machine does.
 */
export class CpuMeter {
  #dataDir
  /** @type {Map<string, { part: string | null, ticks: number, looks: number }>} by process and the time it was started */
  #known = new Map()
  /** @type {Map<string, number>} */
  #spent = new Map()
  #timer

  /** Looks from now on. @param {string} dataDir of the platform @param {number} modelPid */
  constructor(dataDir, modelPid) {
    this.#dataDir = dataDir
    this.modelPid = modelPid
    this.#look()
    this.#spent.clear()
    this.#timer = setInterval(() => this.#look(), lookEveryMs)
  }

  /** What each part took since the last time, in seconds. */
  take() {
    this.#look()
    const seconds = new Map([...this.#spent].map(([part, ticks]) => [part, ticks / ticksPerSecond]))
    this.#spent.clear()
    return seconds
  }

  stop() {
    clearInterval(this.#timer)
  }

  #look() {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
    /** @type {Map<string, string | null>} */
    const partByPid = new Map()
    for (const pid of pids.sort((a, b) => Number(a) - Number(b))) {
      const stat = read(pid, "stat")
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
      if (fields.length < 20) continue
      const key = `${pid} ${fields[19]}`
      const ticks = Number(fields[11]) + Number(fields[12])
      const known = this.#known.get(key)
      const looks = (known?.looks ?? 0) + 1
      const part = known && looks > looksToSettle ? known.part : this.#partOf(pid, partByPid.get(fields[1] ?? "") ?? null)
      partByPid.set(pid, part)
      if (part !== null) this.#spent.set(part, (this.#spent.get(part) ?? 0) + ticks - (known?.ticks ?? 0))
      this.#known.set(key, { part, ticks, looks })
    }
  }

  /** @param {string} pid @param {string | null} parent */
  #partOf(pid, parent) {
    if (Number(pid) === this.modelPid) return "model"
    // What it serves stands in a server's command line, and its variables are nobody's matter.
    if (parent === "Postgres") return parent
    const words = read(pid, "cmdline")
    return partOf(words, parent !== null || words.includes(this.#dataDir) || read(pid, "environ").includes(this.#dataDir))
  }
}
