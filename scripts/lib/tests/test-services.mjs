import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startPostgres } from "../postgres/postgres.mjs"
import { preparePython } from "../python.mjs"
import { readSettings } from "../settings.mjs"

/**
 * What tests of the platform need, for a vitest that was started by hand: a throw-away Postgres and the Python for runs, each only
 * where the environment does not name one already. `npm test` prepares both beforehand.
 * @param {NodeJS.ProcessEnv} env gets TEST_DATABASE_URL, PYTHON_BASE and UV
 * @returns {Promise<() => Promise<void>>} stops and removes what was started
 */
export async function provideTestServices(env) {
  if (!env.PYTHON_BASE || !env.UV) {
    const { dataDir } = readSettings({ DATA_DIR: env.DATA_DIR })
    const { python, uv } = await preparePython({ dataDir })
    Object.assign(env, { PYTHON_BASE: python, UV: uv })
  }
  if (env.TEST_DATABASE_URL) return async () => {}

  const folder = mkdtempSync(join(tmpdir(), "he-test-"))
  const postgres = await startPostgres({ dataDir: folder, log: () => {}, settings: { fsync: "off" } })
  env.TEST_DATABASE_URL = postgres.url
  const stop = async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  // vitest does not tear down when it is interrupted.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.once(signal, () => stop().then(() => process.exit(1)))
  return stop
}
