// A sample of about a gigabyte in a log of Inspect: how long its import takes, how soon its beginning and any of its messages and events are
// read, how long until all of its messages can be searched and what a search takes, and how much the server's memory grows meanwhile; and what
// Inspect's own viewer makes of the same log in a browser ("ours" leaves that out).
//   npm run bench -- large-sample [EVENTS] [ours]
import { spawn } from "node:child_process"
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { loadavg, tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { run } from "../scripts/lib/children.mjs"
import { ensureChromium, findChromium } from "../scripts/lib/chromium.mjs"
import { freePort } from "../scripts/lib/free-port.mjs"
import { root } from "../scripts/lib/settings.mjs"
import { median, seconds } from "./lib/numbers.mjs"
import { startPlatform } from "./lib/served.mjs"

const INSPECT = "inspect-ai==0.3.285"
const asks = 9
const openMs = 1000
const turnMs = 100
const searchMs = 200
const memoryMb = 150
const viewerMs = 120_000

/** @param {string[]} args */
export async function largeSample([events = "300000", only]) {
  const folder = mkdtempSync(join(tmpdir(), "he-bench-log-"))
  const log = join(folder, "large.eval")
  const platform = await startPlatform()
  try {
    await run("a log", platform.python.python, [join(root, "bench/lib/large_log.py"), log, events])
    console.log(
      `A sample of ${events} events; the log has ${Math.round(statSync(log).size / 1024 ** 2)} MB packed; load of the machine ${loadavg()[0]?.toFixed(1)}.`,
    )
    await ours(platform, log, Number(events))
  } finally {
    await platform.stop()
  }
  try {
    if (only !== "ours") await inspects(platform.python, folder, log)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {Awaited<ReturnType<typeof startPlatform>>} platform @param {string} log @param {number} events */
async function ours(platform, log, events) {
  const before = memoryOf(platform.workerPid)
  const begin = performance.now()
  const { evaluation_id: id } = await platform.send("/evaluations/import?name=large", createReadStream(log))
  console.log(`Imported in ${seconds(performance.now() - begin)}; memory grew by ${grown(platform.workerPid, before)}.`)
  const { samples } = await platform.call("GET", `/evaluations/${id}/sample-summaries`)
  const at = `/evaluations/${id}/samples/${samples[0].sample_id}`
  const atRest = memoryOf(platform.workerPid)
  const open = await timeOf(async () => {
    await platform.call("GET", at)
    await platform.call("GET", `${at}/nodes?limit=100`)
  })
  report("opened: the sample and its first 100 messages", open, openMs)
  for (const [list, count] of /** @type {[string, number][]} */ ([
    ["messages", events / 10],
    ["events", events],
  ])) {
    let place = 0
    const any = await timeOf(async () => {
      place = (place + 7919 * 31) % count
      const { nodes } = await platform.call("GET", `${at}/nodes?list=${list}&from=${place}&limit=1`)
      if (nodes[0].place !== place) throw new Error(`Asked for ${place} of the ${list}, got ${nodes[0].place}`)
    })
    report(`any of the ${list}`, any, turnMs)
    report(
      `100 of the ${list} from anywhere`,
      await timeOf(() => platform.call("GET", `${at}/nodes?list=${list}&from=${Math.floor(count / 2)}&limit=100`)),
    )
  }
  console.log(`Memory grew by ${grown(platform.workerPid, atRest)} while it was read (goal ${memoryMb} MB).`)
  await searched(platform, id, events / 10)
}

/** @param {Awaited<ReturnType<typeof startPlatform>>} platform @param {string} id @param {number} messages */
async function searched(platform, id, messages) {
  const atRest = memoryOf(platform.workerPid)
  const begin = performance.now()
  // The worker stores what can be searched, at half of its speed.
  const database = new pg.Client({ connectionString: platform.databaseUrl })
  await database.connect()
  await platform.until(async () => {
    const { rows } = await database.query("select seq >= due as done from sample_text_progress where evaluation_id = $1", [id])
    return rows[0]?.done || undefined
  })
  const { rows } = await database.query(
    "select pg_size_pretty(pg_table_size('sample_texts')) as texts, pg_size_pretty(pg_relation_size('sample_texts_search')) as index",
  )
  await database.query("vacuum analyze sample_texts")
  await database.end()
  console.log(
    `All ${messages} messages can be searched ${seconds(performance.now() - begin)} later: texts ${rows[0].texts}, index ${rows[0].index}; memory grew by ${grown(platform.workerPid, atRest)}.`,
  )
  const middle = Math.floor(messages / 2)
  for (const [name, query, goal] of /** @type {[string, string, number?][]} */ ([
    ["a message in the middle", `message ${middle}.`, searchMs],
    ["what every message has", "word400 word401", searchMs],
    ["what none has", "nowhere to be found", searchMs],
    ["two letters that none has *", "q7", searchMs],
  ])) {
    let found = ""
    const time = await timeOf(async () => {
      const answer = await platform.call("GET", `/search?query=${encodeURIComponent(query)}`)
      found = `${answer.hits.length} hits${answer.partial ? ", partial" : ""}`
    })
    report(`searched for ${name}`, time, goal)
    console.log(`  ${found}`)
    report(
      `  in the samples of its run`,
      await timeOf(() => platform.call("GET", `/evaluations/${id}/sample-summaries?search=${encodeURIComponent(query)}`)),
    )
  }
}

/** Median over some asks, the first not counted. @param {() => Promise<unknown>} ask */
async function timeOf(ask) {
  await ask()
  const times = []
  for (let i = 0; i < asks; i++) {
    const begin = performance.now()
    await ask()
    times.push(performance.now() - begin)
  }
  return median(times)
}

/** @param {string} name @param {number} ms @param {number} [goal] */
function report(name, ms, goal) {
  console.log(
    `${name.padEnd(48)} ${`${ms.toFixed(0)} ms`.padStart(8)}${goal ? `  goal ${goal} ms  ${ms <= goal ? "holds" : "too slow"}` : ""}`,
  )
}

/** Resident memory in MB, and the count of its peak begins anew. @param {number} pid */
function memoryOf(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, "5")
  return status(pid, "VmRSS")
}

/** @param {number} pid @param {number} before MB */
const grown = (pid, before) => `${Math.round(status(pid, "VmHWM") - before)} MB`

/** @param {number} pid @param {string} field */
const status = (pid, field) => Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024

/**
 * Inspect's viewer in a browser: how long until its text of the sample's first message is there.
 * @param {{ python: string, uv: string }} tools @param {string} folder @param {string} log
 */
async function inspects({ python, uv }, folder, log) {
  const venv = join(folder, "inspect")
  await run("uv venv", uv, ["venv", "--no-project", "--python", python, venv])
  await run("uv pip install", uv, ["pip", "install", "--quiet", "--python", join(venv, "bin/python"), INSPECT])
  const port = await freePort()
  const viewer = spawn(join(venv, "bin/inspect"), ["view", "start", "--log-dir", folder, "--port", String(port)], {
    stdio: "ignore",
    env: { ...process.env, HOME: folder },
  })
  await ensureChromium()
  const executablePath = await findChromium()
  const { chromium } = await import("@playwright/test")
  const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: ["--no-sandbox"] })
  try {
    const page = await browser.newPage()
    let crashed = false
    page.on("crash", () => {
      crashed = true
    })
    const base = `http://127.0.0.1:${port}`
    for (const end = Date.now() + 60_000; Date.now() < end; )
      if (
        await fetch(base).then(
          () => true,
          () => new Promise((later) => setTimeout(later, 200)),
        )
      )
        break
    const begin = performance.now()
    await page.goto(`${base}/#/logs/${encodeURIComponent(log.split("/").at(-1) ?? "")}/samples/sample/1/1/messages`)
    const shown = await page
      .getByText(/Message 0\. word0/)
      .first()
      .waitFor({ timeout: viewerMs })
      .then(
        () => true,
        () => false,
      )
    const said = crashed || shown ? "" : ((await page.locator("body").textContent()) ?? "").replace(/\s+/g, " ").slice(0, 300)
    console.log(
      `Inspect's viewer (${INSPECT}): ${shown ? `its first message after ${seconds(performance.now() - begin)}` : crashed ? "its page crashed" : `not within ${seconds(viewerMs)}; it says: ${said}`}`,
    )
  } finally {
    await browser.close()
    viewer.kill()
  }
}
