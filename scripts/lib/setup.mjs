import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build, bundleWorker, hasBuilt } from "./build.mjs"
import { stopChildren } from "./children.mjs"
import { clearEndedRuns, freeBytes, releaseReserve } from "./disk.mjs"
import { hashOf } from "./hash.mjs"
import { installPackages } from "./install.mjs"
import { withLock } from "./lock.mjs"
import { checkDisk, checkNode, checkPort, findPython } from "./machine.mjs"
import { preparePython } from "./python.mjs"
import { ensureBubblewrap } from "./sandbox.mjs"
import { makeDataDir } from "./secrets.mjs"
import { root } from "./settings.mjs"

/** Two launchers of one checkout must not install or build at the same time. @template T @param {() => Promise<T>} work */
export const withCheckoutLock = (work) => withLock(join(tmpdir(), `hosted-evals-${hashOf(root).slice(0, 12)}.lock`), work)

/**
 * Looks whether this machine can run the platform, before anything is changed on it.
 * @param {import("./settings.mjs").Settings} settings
 */
export async function checkMachine(settings) {
  checkNode()
  if (!settings.workerAlone) await checkPort(settings.host, settings.port, "PORT")
  if (!settings.remote) await checkPort(settings.host, settings.workerPort, "WORKER_PORT")
  const gigabytes = hasBuilt() ? 0.3 : 3
  if (existsSync(settings.dataDir) && freeBytes(settings.dataDir) < gigabytes * 1e9) {
    releaseReserve(settings.dataDir)
    clearEndedRuns(settings.dataDir)
  }
  checkDisk(settings.dataDir, gigabytes)
  makeDataDir(settings.dataDir)
  return settings.remote || settings.python ? undefined : await findPython()
}

/**
 * Brings everything to the point where web and worker can start. Python waits for nothing, Postgres and the build for the
 * npm packages.
 * @param {import("./settings.mjs").Settings} settings
 * @param {{
 *   systemPython: { path: string, version: string } | undefined,
 *   startPostgres: () => Promise<string>,
 *   withBuild: boolean,
 * }} options
 */
export async function prepare(settings, { systemPython, startPostgres, withBuild }) {
  const { dataDir, remote, workerAlone } = settings
  const packages = withCheckoutLock(() => installPackages({ dataDir, dev: !withBuild }))
  const parts = /** @type {const} */ ([
    remote ? undefined : (settings.python ?? preparePython({ dataDir, python: systemPython, compile: false })),
    remote ? undefined : (settings.databaseUrl ?? packages.then(startPostgres)),
    packages.then(() => (withBuild ? withCheckoutLock(workerAlone ? bundleWorker : build) : undefined)),
    remote ? undefined : ensureBubblewrap(),
  ])
  // When one part fails the others are ended; they must have ended before the caller cleans up.
  const [python, databaseUrl] = await Promise.all(parts).catch(async (error) => {
    await stopChildren()
    await Promise.allSettled(parts)
    throw error
  })
  return { python, databaseUrl }
}
