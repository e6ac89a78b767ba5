import { spawn } from "node:child_process"
import { chownSync, closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { processState } from "../../../backend/base/process-lock.mjs"
import { hashOf } from "../hash.mjs"
import { rotate } from "../logs.mjs"
import { codeOf, Problem } from "../say.mjs"

/** How long a server may take to answer. */
export const WAIT_MS = 30_000

/** For a laptop: small memory, safe against power loss, reachable over the socket alone. */
const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  port: "5432",
  max_connections: "100",
  shared_buffers: "128MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
}

/** @typedef {{ home: string, cluster: string, owner: string, log: string }} Place */
/** @typedef {import("./postgres-binaries.mjs").Identity} Identity */

/** The port is spelled out so that PGPORT cannot move it. @param {string} socketDir @param {string} database */
export const urlOf = (socketDir, database) => `postgres://postgres@/${database}?host=${encodeURIComponent(socketDir)}&port=5432`

/** @param {number} pid */
export function isPostgres(pid) {
  const state = processState(pid)
  return state !== undefined && !state.zombie && state.name.startsWith("postgres")
}

/**
 * What the server wrote about itself: its process, where its socket is, and whether it takes connections.
 * @param {string} cluster
 */
export function readPidFile(cluster) {
  const file = join(cluster, "postmaster.pid")
  try {
    const lines = readFileSync(file, "utf8").split("\n")
    return { file, pid: Number(lines[0]), socketDir: lines[4] ?? "", ready: lines[7]?.trim() === "ready" }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    throw error
  }
}

/** The builtin locale needs nothing from the system, and PG* variables meant for clients must not configure a server. */
export function serverEnv() {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, LC_ALL: "C" }
  for (const name of Object.keys(env)) if (name.startsWith("PG")) delete env[name]
  return env
}

/**
 * @param {Place} place @param {string} native @param {Identity} identity @param {Record<string, string>} settings
 * @returns {Promise<{ pid: number, socketDir: string }>}
 */
export async function startServer(place, native, identity, settings) {
  const socketDir = makeSocketDir(place.cluster, identity)
  const options = Object.entries({ ...SETTINGS, ...settings, unix_socket_directories: socketDir })
  const flags = options.flatMap(([name, value]) => ["-c", `${name}=${value}`])
  const [command = "", ...args] = [...identity.prefix, join(native, "bin/postgres"), "-D", place.cluster, ...flags]
  const begin = Date.now()
  rotate(place.log)
  const logStart = existsSync(place.log) ? statSync(place.log).size : 0

  while (Date.now() - begin < WAIT_MS) {
    clearStalePidFile(place.cluster, Date.now() - begin)
    const output = openSync(place.log, "a", 0o600)
    // A process group of its own: Ctrl-C in the terminal must not reach it before those who use it have finished.
    const child = spawn(command, args, {
      ...identity.spawn,
      cwd: place.home,
      env: serverEnv(),
      detached: true,
      stdio: ["ignore", output, output],
    })
    closeSync(output)
    child.unref()
    let ended = false
    child.once("error", () => (ended = true))
    child.once("exit", () => (ended = true))
    while (!ended && Date.now() - begin < WAIT_MS) {
      const found = readPidFile(place.cluster)
      if (found?.ready && found.pid === child.pid && (await answers(socketDir))) return { pid: found.pid, socketDir }
      await sleep(25)
    }
    if (!ended) child.kill("SIGINT")
    // What a server leaves that was killed a moment ago goes away by itself; anything else will not get better by waiting.
    if (!/lock file|pre-existing shared memory block/.test(readFileSync(place.log).subarray(logStart).toString())) break
    await sleep(300)
  }
  throw silent(place, "Postgres does not start.")
}

/**
 * Removes the pid file of a server that is gone although something else now has its process id, and one that names none. A zombie is given five seconds
 * to be reaped first (never, when the process with id 1 does not do that), as its own children may still be ending.
 * @param {string} cluster @param {number} waited
 */
function clearStalePidFile(cluster, waited) {
  const found = readPidFile(cluster)
  // A full disk or a power cut leaves it empty; for a moment it also is while another server starts.
  if (found && !found.pid && waited > 1000) rmSync(found.file, { force: true })
  const state = found && processState(found.pid)
  if (!state) return
  const gone = state.zombie ? waited > 5000 : !state.name.startsWith("postgres")
  if (gone) rmSync(found.file, { force: true })
}

/**
 * The folder of the socket: short, as a socket's path may have about 100 characters, and closed to others.
 * @param {string} cluster @param {Identity} identity
 */
function makeSocketDir(cluster, { uid, gid }) {
  const folder = join(tmpdir().length > 70 ? "/tmp" : tmpdir(), `he-pg-${hashOf(cluster).slice(0, 12)}`)
  if (!existsSync(folder)) {
    mkdirSync(folder, { mode: 0o700 })
    chownSync(folder, uid, gid)
  }
  const { mode, uid: owner } = lstatSync(folder)
  if (owner === uid && (mode & 0o077) === 0) return folder
  throw new Problem(`${folder} belongs to someone else or is open to others: remove it, or set TMPDIR to another folder.`)
}

/** @param {string} socketDir */
export async function connect(socketDir, database = "postgres") {
  // Only here, as this file is loaded before the packages are installed.
  const { default: pg } = await import("pg")
  const client = new pg.Client({ connectionString: urlOf(socketDir, database), connectionTimeoutMillis: 3000 })
  client.on("error", () => {})
  await client.connect()
  return client
}

/** @param {string} socketDir */
export async function answers(socketDir) {
  try {
    await (await connect(socketDir)).end()
    return true
  } catch {
    return false
  }
}

/** Fast shutdown; after 15 seconds immediate shutdown, from which the next start recovers. @param {number} pid */
export async function stopServer(pid) {
  for (const [signal, patience] of /** @type {const} */ ([
    ["SIGINT", 15_000],
    ["SIGQUIT", 5000],
    ["SIGKILL", 5000],
  ])) {
    if (!isPostgres(pid)) return
    process.kill(pid, signal)
    for (const begin = Date.now(); isPostgres(pid) && Date.now() - begin < patience; ) await sleep(25)
  }
}

/** @param {Place} place @param {string} text */
export function silent(place, text) {
  const lines = existsSync(place.log) ? readFileSync(place.log, "utf8").trimEnd().split("\n").slice(-15) : []
  return new Problem(`${text} Last lines of ${place.log}:\n${lines.join("\n")}`)
}
