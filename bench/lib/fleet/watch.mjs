// What is seen of a platform under load: its database, and the time and memory of its processes.
import { readdirSync, readFileSync } from "node:fs"
import { cpus } from "node:os"

const clockTicks = 100
const everyMs = 1000

/** @typedef {{ name: string, pid: number, withChildren?: boolean }} Watched */
/**
 * @typedef {{
 *   seconds: number, queued: number, connections: number, transactions: number, waits: string, machine: number,
 *   processes: { name: string, cores: number, megabytes: number }[]
 * }} Seen averages over the time: runs that are queued, connections to Postgres, transactions a second, what connections waited for most, the share of all cores that was used
 */

/** Watches until it is told to stop. @param {import("pg").Pool} database @param {Watched[]} watched @returns {() => Promise<Seen>} */
export function watch(database, watched) {
  const begin = performance.now()
  const before = watched.map(cpuSecondsOf)
  const idleBefore = idleSeconds()
  const committedBefore = committed(database)
  let looks = 0
  let queued = 0
  let connections = 0
  /** @type {Map<string, number>} */
  const waits = new Map()
  let stopped = false
  const watching = (async () => {
    while (!stopped) {
      const { rows } = await database.query(
        `select (select count(*)::int from evaluations where is_hosted and status = 'PENDING') as queued,
           coalesce(wait_event_type || ':' || wait_event, 'running') as waits, count(*)::int as count
         from pg_stat_activity where datname = current_database() and application_name <> 'bench' and backend_type = 'client backend'
         group by 2`,
      )
      looks++
      queued += rows[0]?.queued ?? 0
      connections += rows.reduce((sum, { count }) => sum + count, 0)
      for (const { waits: what, count } of rows) if (what !== "Client:ClientRead") waits.set(what, (waits.get(what) ?? 0) + count)
      await new Promise((done) => setTimeout(done, everyMs))
    }
  })()
  return async () => {
    stopped = true
    await watching
    const transactions = (await committed(database)) - (await committedBefore)
    const seconds = (performance.now() - begin) / 1000
    const most = [...waits].sort(([, a], [, b]) => b - a).slice(0, 3)
    return {
      seconds,
      queued: queued / looks,
      connections: connections / looks,
      transactions: transactions / seconds,
      waits: most.map(([what, count]) => `${what} ${(count / looks).toFixed(1)}`).join(", "),
      machine: 1 - (idleSeconds() - idleBefore) / (seconds * cpus().length),
      processes: watched.map((one, i) => ({
        name: one.name,
        cores: (cpuSecondsOf(one) - (before[i] ?? 0)) / seconds,
        megabytes: megabytesOf(one),
      })),
    }
  }
}

/** Transactions so far; one statement alone is one, too. @param {import("pg").Pool} database @returns {Promise<number>} */
async function committed(database) {
  const { rows } = await database.query("select xact_commit::float8 as count from pg_stat_database where datname = current_database()")
  return rows[0].count
}

/** User and system time of a process; of Postgres with all that it started, the ended ones too. @param {Watched} watched */
function cpuSecondsOf({ pid, withChildren }) {
  if (!withChildren) return ownSeconds(pid, false)
  return ownSeconds(pid, true) + childrenOf(pid).reduce((sum, child) => sum + ownSeconds(child, false), 0)
}

/** @param {number} pid @param {boolean} withEnded */
function ownSeconds(pid, withEnded) {
  const fields = statOf(pid)
  if (!fields) return 0
  const ended = withEnded ? Number(fields[13]) + Number(fields[14]) : 0
  return (Number(fields[11]) + Number(fields[12]) + ended) / clockTicks
}

/** Proportional, so that what processes share counts once. @param {Watched} watched */
function megabytesOf({ pid, withChildren }) {
  let kilobytes = 0
  for (const one of [pid, ...(withChildren ? childrenOf(pid) : [])]) {
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, "utf8"))?.[1] ?? 0)
    } catch {
      // It ended meanwhile.
    }
  }
  return kilobytes / 1024
}

/** @param {number} parent */
const childrenOf = (parent) =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => Number(statOf(pid)?.[1]) === parent)

/** The fields of /proc/PID/stat behind the name, which may hold anything. @param {number} pid */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  } catch {
    return undefined
  }
}

/** Of all cores. */
function idleSeconds() {
  const [, , , , idle = 0, wait = 0] = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "").split(/\s+/).map(Number)
  return (idle + wait) / clockTicks
}
