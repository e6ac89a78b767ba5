import { spawn } from "node:child_process"
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { hashOf } from "./hash.mjs"
import { readPid } from "./lock.mjs"
import { rotate } from "./logs.mjs"
import { nativeFolder, ordinaryUser } from "./postgres-binaries.mjs"
import { isAlive, processState } from "./process-state.mjs"
import { Problem, say } from "./say.mjs"

const MAJOR = 18
const DATABASE = "hosted_evals"
const WAIT_MS = 30_000

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

/**
 * Starts the embedded Postgres of a data folder, or adopts the one that already runs there.
 * @param {{ dataDir: string, log?: (text: string) => void, settings?: Record<string, string> }} options settings override ours
 * @returns {Promise<{ url: string, adopted: boolean, alive: () => boolean, stop: () => Promise<void> }>}
 *   stop does nothing when another living process is the server's owner
 */
export async function startPostgres({ dataDir, log = say, settings = {} }) {
  const home = join(resolve(dataDir), "postgres")
  const place = { home, cluster: join(home, `pg${MAJOR}`), owner: join(home, "owner"), log: join(resolve(dataDir), "logs/postgres.log") }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  mkdirSync(join(resolve(dataDir), "logs"), { recursive: true, mode: 0o700 })
  refuseOtherMajor(home)

  let server = await adopt(place, log)
  const adopted = server !== undefined
  if (!server) {
    const native = nativeFolder()
    const identity = ordinaryUser(native, home)
    await initialise(place, native, identity)
    server = await start(place, native, identity, settings)
  }
  // An orphan of a killed launcher gets a new owner, else nobody would ever stop it.
  const owner = readPid(place.owner)
  if (!adopted || !owner || !isAlive(owner)) writeFileSync(place.owner, `${process.pid}\n`)
  await createDatabase(server.socketDir)

  const { pid, socketDir } = server
  return {
    url: urlOf(socketDir, DATABASE),
    adopted,
    alive: () => isPostgres(pid),
    async stop() {
      if (readPid(place.owner) !== process.pid) return
      await stopServer(pid)
      rmSync(socketDir, { recursive: true, force: true })
      rmSync(place.owner, { force: true })
    },
  }
}

/** @typedef {{ home: string, cluster: string, owner: string, log: string }} Place */
/** @typedef {import("./postgres-binaries.mjs").Identity} Identity */

/** The port is spelled out so that PGPORT cannot move it. @param {string} socketDir @param {string} database */
const urlOf = (socketDir, database) => `postgres://postgres@/${database}?host=${encodeURIComponent(socketDir)}&port=5432`

/** @param {number} pid */
function isPostgres(pid) {
  const state = processState(pid)
  return state !== undefined && !state.zombie && state.name.startsWith("postgres")
}

/** @param {string} home */
function refuseOtherMajor(home) {
  const other = readdirSync(home).find((name) => /^pg\d+$/.test(name) && name !== `pg${MAJOR}`)
  if (!other || existsSync(join(home, `pg${MAJOR}`))) return
  throw new Problem(
    `${join(home, other)} was made by Postgres ${other.slice(2)}, this is ${MAJOR}: export the data with the version that made it.`,
  )
}

/**
 * What the server wrote about itself: its process, where its socket is, and whether it takes connections.
 * @param {string} cluster
 */
function readPidFile(cluster) {
  const file = join(cluster, "postmaster.pid")
  try {
    const lines = readFileSync(file, "utf8").split("\n")
    return { file, pid: Number(lines[0]), socketDir: lines[4] ?? "", ready: lines[7]?.trim() === "ready" }
  } catch (error) {
    if (error.code === "ENOENT") return undefined
    throw error
  }
}

/**
 * @param {Place} place @param {(text: string) => void} log
 * @returns {Promise<{ pid: number, socketDir: string } | undefined>} nothing when none runs
 */
async function adopt(place, log) {
  const deadline = Date.now() + WAIT_MS
  for (let found = readPidFile(place.cluster); found && isPostgres(found.pid); found = readPidFile(place.cluster)) {
    if (found.ready && (await answers(found.socketDir))) return found
    if (found.ready && !existsSync(join(found.socketDir, ".s.PGSQL.5432"))) {
      log("The running Postgres has lost its socket; starting it again")
      await stopServer(found.pid)
      return undefined
    }
    if (Date.now() > deadline) throw silent(place, `Postgres (process ${found.pid}) runs but does not answer: stop it and start again.`)
    await sleep(100)
  }
  return undefined
}

/** @param {Place} place @param {string} native @param {Identity} identity */
async function initialise(place, native, identity) {
  if (statSync(place.home).uid !== identity.uid) giveTo(place.home, identity)
  for (const name of readdirSync(place.home)) {
    const pid = Number(/^init-(\d+)$/.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(place.home, name), { recursive: true, force: true })
  }
  if (existsSync(place.cluster)) return
  const fresh = join(place.home, `init-${process.pid}`)
  rmSync(fresh, { recursive: true, force: true })
  const flags = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8", "--username=postgres", "--auth=trust"]
  const [command, ...args] = [...identity.prefix, join(native, "bin/initdb"), ...flags, "--no-instructions", "--pgdata", fresh]
  const { status, output, error } = await collect(command, args, { ...identity.spawn, cwd: place.home, env: serverEnv() })
  if (status !== 0) throw new Problem(`Creating the Postgres data folder failed: ${error?.message ?? ""}\n${output}`)
  // In one move, so that a folder named pg18 is always complete. Another launcher may have been first: then its folder counts.
  if (existsSync(place.cluster)) rmSync(fresh, { recursive: true, force: true })
  else renameSync(fresh, place.cluster)
}

/** @param {string} folder @param {Identity} identity */
function giveTo(folder, { uid, gid }) {
  for (const path of [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)))])
    chownSync(path, uid, gid)
}

/** The builtin locale needs nothing from the system, and PG* variables meant for clients must not configure a server. */
function serverEnv() {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PG"))
  return { ...Object.fromEntries(own), LC_ALL: "C" }
}

/** @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} options */
function collect(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk))
  return new Promise((done) => {
    child.once("error", (error) => done({ status: -1, output, error }))
    child.once("close", (status) => done({ status, output }))
  })
}

/**
 * @param {Place} place @param {string} native @param {Identity} identity @param {Record<string, string>} settings
 * @returns {Promise<{ pid: number, socketDir: string }>}
 */
async function start(place, native, identity, settings) {
  const socketDir = makeSocketDir(place.cluster, identity)
  const options = Object.entries({ ...SETTINGS, ...settings, unix_socket_directories: socketDir })
  const flags = options.flatMap(([name, value]) => ["-c", `${name}=${value}`])
  const [command, ...args] = [...identity.prefix, join(native, "bin/postgres"), "-D", place.cluster, ...flags]
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
      if (found?.pid === child.pid && found.ready && (await answers(socketDir))) return { pid: child.pid, socketDir }
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
 * Removes the pid file of a server that is gone although something else now has its process id. A zombie is given five seconds
 * to be reaped first (never, when the process with id 1 does not do that), as its own children may still be ending.
 * @param {string} cluster @param {number} waited
 */
function clearStalePidFile(cluster, waited) {
  const found = readPidFile(cluster)
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
async function connect(socketDir, database = "postgres") {
  // Only here, as this file is loaded before the packages are installed.
  const { default: pg } = await import("pg")
  const client = new pg.Client({ connectionString: urlOf(socketDir, database), connectionTimeoutMillis: 3000 })
  client.on("error", () => {})
  await client.connect()
  return client
}

/** @param {string} socketDir */
async function answers(socketDir) {
  try {
    await (await connect(socketDir)).end()
    return true
  } catch {
    return false
  }
}

/** @param {string} socketDir */
async function createDatabase(socketDir) {
  const client = await connect(socketDir)
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } catch (error) {
    // Another launcher was first.
    if (!["42P04", "23505"].includes(error.code)) throw error
  } finally {
    await client.end()
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
function silent(place, text) {
  const lines = existsSync(place.log) ? readFileSync(place.log, "utf8").trimEnd().split("\n").slice(-15) : []
  return new Problem(`${text} Last lines of ${place.log}:\n${lines.join("\n")}`)
}
