import { mkdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { ensureChromium } from "../chromium.mjs"
import { installPackages } from "../install.mjs"
import { localModelFolder, prepareLocalModel } from "../local-model.mjs"
import { checkDisk, checkNode, findPython } from "../machine.mjs"
import { preparePrimeCli, preparePython, prepareRay, prepareS3Server, prepareTraceClients } from "../python.mjs"
import { ensureBubblewrap, ensurePodman, ensureSshClient } from "../sandbox.mjs"
import { step } from "../say.mjs"
import { makeDataDir } from "../secrets.mjs"
import { readSettings } from "../settings.mjs"
import { withCheckoutLock } from "../setup.mjs"
import { prepareHelm } from "./helm.mjs"
import { prepareKubernetes } from "./kubernetes.mjs"
import { prepareLatex } from "./latex.mjs"

/**
 * Installs and starts what the stages need.
 * @param {Set<import("./stages.mjs").Need>} needs
 * @param {() => Promise<{ url: string }>} startPostgres starts the database server of the tests
 */
export async function prepareTests(needs, startPostgres) {
  checkNode()
  const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })
  checkDisk(dataDir, 3)
  makeDataDir(dataDir)
  const reports = join(dataDir, "test-reports")
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports)
  await withCheckoutLock(() => installPackages({ dataDir, dev: true }))

  /** @type {import("../settings.mjs").Variables} */
  const env = {}
  let python = ""
  if (needs.has("python")) {
    const systemPython = await findPython()
    const base = await preparePython({ dataDir, python: systemPython })
    python = (await preparePython({ dataDir, python: systemPython, dev: true })).python
    Object.assign(env, { PYTHON_BASE: base.python, UV: base.uv })
    if (needs.has("local-model")) {
      env.TEST_LOCAL_MODEL = localModelFolder(dataDir)
      await prepareLocalModel({ folder: env.TEST_LOCAL_MODEL, python: base })
    }
    if (needs.has("s3")) env.S3_SERVER = await prepareS3Server({ dataDir, uv: base.uv, python: base.python })
    if (needs.has("traces")) {
      env.TRACE_CLIENTS = await prepareTraceClients({ dataDir, uv: base.uv, python: base.python })
      env.PYTHON_TASKSETS = join(dirname(env.TRACE_CLIENTS), "python")
    }
    if (needs.has("ray")) await prepareRay({ dataDir, uv: base.uv, python: base.python })
    if (needs.has("prime")) env.PRIME_CLI = await preparePrimeCli({ dataDir, uv: base.uv, python: base.python })
  }
  if (needs.has("kubernetes")) await prepareKubernetes({ dataDir })
  if (needs.has("helm")) await prepareHelm({ dataDir })
  if (needs.has("latex")) env.LATEX = await prepareLatex({ dataDir })
  if (needs.has("postgres")) env.TEST_DATABASE_URL = (await step("Starting Postgres", startPostgres)).url
  if (needs.has("sandbox")) {
    await ensureBubblewrap()
    await ensureSshClient()
  }
  if (needs.has("containers")) await ensurePodman()
  if (needs.has("chromium")) await ensureChromium()
  return { reports, dataDir, python, env }
}
