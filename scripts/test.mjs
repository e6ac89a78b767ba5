// `npm test`: sets up what the checks need, runs all of them whatever fails, and sums up.
// `npm test -- unit e2e` runs the named ones alone.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CHECKS } from "./lib/checks.mjs"
import { runOnTerminal, stopChildren } from "./lib/children.mjs"
import { ensureChromium } from "./lib/chromium.mjs"
import { add } from "./lib/counts.mjs"
import { installPackages } from "./lib/install.mjs"
import { checkDisk, checkNode, findPython } from "./lib/machine.mjs"
import { startPostgres } from "./lib/postgres.mjs"
import { preparePrimeCli, preparePython, prepareS3Server } from "./lib/python.mjs"
import { ensureBubblewrap, ensurePodman } from "./lib/sandbox.mjs"
import { complain, Problem, seconds, step } from "./lib/say.mjs"
import { makeDataDir } from "./lib/secrets.mjs"
import { readSettings } from "./lib/settings.mjs"
import { withCheckoutLock } from "./lib/setup.mjs"

const names = process.argv.slice(2)
const scratch = mkdtempSync(join(tmpdir(), "he-test-"))
/** @type {Awaited<ReturnType<typeof startPostgres>> | undefined} */
let postgres
/** @type {Promise<never> | undefined} */
let ending

/** Only the first call counts: Ctrl-C arrives twice under npm. @param {number} code */
function end(code) {
  ending ??= (async () => {
    await stopChildren()
    await postgres?.stop()
    rmSync(scratch, { recursive: true, force: true })
    return process.exit(code)
  })()
  return ending
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(1))

/** @param {import("./lib/checks.mjs").Check[]} checks */
async function setUp(checks) {
  const needs = new Set(checks.flatMap((check) => check.needs))
  checkNode()
  const { dataDir } = readSettings({ DATA_DIR: process.env.DATA_DIR })
  checkDisk(dataDir, 3)
  makeDataDir(dataDir)
  const reports = join(dataDir, "test-reports")
  rmSync(reports, { recursive: true, force: true })
  mkdirSync(reports)
  await withCheckoutLock(() => installPackages())

  /** @type {NodeJS.ProcessEnv} */
  const env = {}
  let python = ""
  if (needs.has("python")) {
    const systemPython = await findPython()
    const base = await preparePython({ dataDir, python: systemPython })
    python = (await preparePython({ dataDir, python: systemPython, dev: true })).python
    Object.assign(env, { PYTHON_BASE: base.python, UV: base.uv })
    if (needs.has("s3")) env.S3_SERVER = await prepareS3Server({ dataDir, uv: base.uv, python: base.python })
    if (needs.has("prime")) env.PRIME_CLI = await preparePrimeCli({ dataDir, uv: base.uv, python: base.python })
  }
  if (needs.has("postgres")) {
    // Thrown away afterwards, so it need not survive a power cut.
    postgres = await step("Starting Postgres", () => startPostgres({ dataDir: scratch, settings: { fsync: "off" } }))
    env.TEST_DATABASE_URL = postgres.url
  }
  if (needs.has("sandbox")) await ensureBubblewrap()
  if (needs.has("containers")) await ensurePodman()
  if (needs.has("chromium")) await ensureChromium()
  return { reports, dataDir, python, env }
}

/** @param {import("./lib/checks.mjs").Check} check @param {Awaited<ReturnType<typeof setUp>>} prepared */
async function perform(check, { reports, dataDir, python, env }) {
  console.log(`\n── ${check.name} ${"─".repeat(60 - check.name.length)}`)
  const begin = performance.now()
  let ok = true
  try {
    const show = (command, args, extra) => runOnTerminal(command, args, { ...process.env, ...env, ...extra })
    await check.run({ reports, dataDir, python, env, show })
  } catch (error) {
    ok = false
    complain(error)
  }
  const time = seconds(performance.now() - begin)
  console.log(`── ${check.name}: ${ok ? "ok" : "FAILED"} in ${time}`)
  return { name: check.name, ok, time, counts: check.counts?.(reports) }
}

/** @param {Awaited<ReturnType<typeof perform>>[]} results */
function sumUp(results) {
  let sum = { passed: 0, failed: 0, skipped: 0 }
  console.log("")
  for (const { name, ok, time, counts } of results) {
    sum = add(sum, counts)
    const text = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : ""
    console.log(`  ${name.padEnd(9)}${ok ? "ok    " : "FAILED"}${time.padStart(9)}  ${text}`.trimEnd())
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
}

try {
  const unknown = names.find((name) => !CHECKS.some((check) => check.name === name))
  if (unknown) throw new Problem(`There is no check named ${unknown}: choose from ${CHECKS.map((check) => check.name).join(", ")}.`)
  const checks = CHECKS.filter((check) => names.length === 0 || names.includes(check.name))
  const prepared = await setUp(checks)
  const results = []
  for (const check of checks) results.push(await perform(check, prepared))
  if (!ending) sumUp(results)
  await end(results.every(({ ok, counts }) => ok && !counts?.failed) ? 0 : 1)
} catch (error) {
  complain(error)
  await end(1)
}
