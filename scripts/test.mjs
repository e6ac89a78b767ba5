// `npm test`: prepares what the stages need, runs all of them whatever fails, and sums up.
// `npm test -- --list` names the stages, `npm test -- unit e2e` runs the named stages alone, `npm test -- unit FILE…` some test files.
import { mkdtempSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { runInGroup, stopChildren } from "./lib/children.mjs"
import { startPostgres } from "./lib/postgres/postgres.mjs"
import { complain, Problem, say, seconds } from "./lib/say.mjs"
import { chooseStages } from "./lib/tests/choose-stages.mjs"
import { add } from "./lib/tests/counts.mjs"
import { prepareTests } from "./lib/tests/prepare-tests.mjs"
import { sideBySide } from "./lib/tests/side-by-side.mjs"
import { needsOf, STAGES, stageList } from "./lib/tests/stages.mjs"

/** No tool of a stage takes as long: one that does hangs. */
const TOOL_MS = 40 * 60_000
const PROGRESS_MS = 60_000
/** Thrown away afterwards, so it need not survive a power cut; several test files at once, each with its processes. */
const POSTGRES_SETTINGS = { fsync: "off", max_connections: "300" }

if (process.argv[2] === "--list") {
  console.log(stageList())
  process.exit()
}

const scratch = mkdtempSync(join(tmpdir(), "he-test-"))
/** @type {Awaited<ReturnType<typeof startPostgres>> | undefined} */
let postgres
/** @type {Promise<never> | undefined} */
let ending
/** When each running stage began. @type {Map<string, number>} */
const running = new Map()

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

/** @typedef {{ name: string, ok: boolean, time: string, counts: import("./lib/tests/counts.mjs").Counts | undefined }} Result */

/**
 * Runs a stage. Beside others its output is kept back until it has ended, so that each can be read in one piece.
 * @param {import("./lib/tests/stages.mjs").Stage} stage @param {Awaited<ReturnType<typeof prepareTests>> & { files: string[] }} prepared
 * @param {boolean} alone
 * @returns {Promise<Result>}
 */
async function perform(stage, { env, ...prepared }, alone) {
  const { name, niceness } = stage
  /** @type {(string | Uint8Array)[]} */
  const kept = []
  const write = (/** @type {string | Uint8Array} */ text) => (alone ? process.stdout.write(text) : kept.push(text))
  const begin = performance.now()
  running.set(name, begin)
  if (!alone) say(`${name} …`)
  let ok = true
  try {
    await stage.run({
      ...prepared,
      env,
      write,
      show: (command, args, extra) =>
        runInGroup(command, args, { env: { ...process.env, ...env, ...extra }, write, timeoutMs: TOOL_MS, niceness }),
    })
  } catch (error) {
    ok = false
    write(`${error instanceof Problem ? error.message : error instanceof Error ? error.stack : error}\n`)
  }
  running.delete(name)
  const time = seconds(performance.now() - begin)
  if (!ending) {
    if (!alone) console.log(`\n── ${name} ${"─".repeat(60 - name.length)}`)
    for (const text of kept) process.stdout.write(text)
    console.log(`── ${name}: ${ok ? "ok" : "FAILED"} in ${time}\n`)
  }
  return { name, ok, time, counts: stage.counts?.(prepared.reports) }
}

/** @param {Result[]} results */
function sumUp(results) {
  /** @type {import("./lib/tests/counts.mjs").Counts} */
  let sum = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const { name, ok, time, counts } of results) {
    sum = add(sum, counts) ?? sum
    const text = counts ? `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped` : ""
    console.log(`  ${name.padEnd(11)}${ok ? "ok    " : "FAILED"}${time.padStart(9)}  ${text}`.trimEnd())
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped in ${seconds(performance.now())}`)
  // Once more at the end: the output of a stage is thousands of lines up.
  for (const name of sum.failures) console.log(`\nFAILED ${name}`)
}

try {
  const { chosen, files } = chooseStages(STAGES, process.argv.slice(2))
  const needs = new Set(chosen.flatMap((stage) => needsOf(stage, files)))
  const prepared = await prepareTests(needs, async () => {
    postgres = await startPostgres({ dataDir: scratch, settings: POSTGRES_SETTINGS })
    return postgres
  })
  const progress = setInterval(() => {
    const text = [...running].map(([name, begin]) => `${name} (${seconds(performance.now() - begin)})`).join(", ")
    if (text && chosen.length > 1) say(`running: ${text}`)
  }, PROGRESS_MS)
  // One more than the cores: the browser and the CLI wait most of the time, and what is nice fills that.
  const atOnce = Math.min(4, availableParallelism() + 1)
  const results = await sideBySide(chosen, atOnce, (stage) => perform(stage, { ...prepared, files }, chosen.length === 1))
  clearInterval(progress)
  if (!ending) sumUp(results)
  await end(results.every(({ ok, counts }) => ok && !counts?.failed) ? 0 : 1)
} catch (error) {
  complain(error)
  await end(1)
}
