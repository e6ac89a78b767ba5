import { spawn } from "node:child_process"
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { isAlive, readPid } from "../../../backend/base/process-lock.mjs"
import { codeOf, Problem, say } from "../say.mjs"
import { nativeFolder, ordinaryUser } from "./postgres-binaries.mjs"
import {
  answers,
  connect,
  isPostgres,
  readPidFile,
  serverEnv,
  silent,
  startServer,
  stopServer,
  urlOf,
  WAIT_MS,
} from "./postgres-server.mjs"

const MAJOR = 18
const DATABASE = "hosted_evals"

/** @typedef {import("./postgres-server.mjs").Place} Place */
/** @typedef {import("./postgres-binaries.mjs").Identity} Identity */

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
    server = await startServer(place, native, identity, settings)
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

/** @param {string} home */
function refuseOtherMajor(home) {
  const other = readdirSync(home).find((name) => /^pg\d+$/.test(name) && name !== `pg${MAJOR}`)
  if (!other || existsSync(join(home, `pg${MAJOR}`))) return
  throw new Problem(
    `${join(home, other)} was made by Postgres ${other.slice(2)}, this is ${MAJOR}: export the data with the version that made it.`,
  )
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
  const [command = "", ...args] = [...identity.prefix, join(native, "bin/initdb"), ...flags, "--no-instructions", "--pgdata", fresh]
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

/**
 * @param {string} command @param {string[]} args @param {import("node:child_process").SpawnOptions} options
 * @returns {Promise<{ status: number | null, output: string, error?: Error }>}
 */
function collect(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] })
  let output = ""
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk))
  return new Promise((done) => {
    child.once("error", (error) => done({ status: -1, output, error }))
    child.once("close", (status) => done({ status, output }))
  })
}

/** @param {string} socketDir */
async function createDatabase(socketDir) {
  const client = await connect(socketDir)
  try {
    const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } catch (error) {
    // Another launcher was first.
    if (!["42P04", "23505"].includes(codeOf(error) ?? "")) throw error
  } finally {
    await client.end()
  }
}
