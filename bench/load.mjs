// Many people and scripts at once: simulated browsers, each of which makes the requests of recorded real pages (what may be kept for good, once) and listens to the
// event stream, a real one that is watched for long tasks, and scripts that list and push. Errors, times and memory at several paces, from people who read a
// page for half a minute to people who leave it after three seconds. The goals are no error and flat memory at each, and for each kind of request p99 under a second
// where people stay for ten seconds and longer; what is faster shows where it bends.
//   npm run bench -- load [BROWSERS] [SCRIPTS] [SECONDS] [URL] [PACES]
// SECONDS are those of each pace, and PACES how long browsers stay on a page, such as 30,10,10/2: after the slash how long scripts pause after each list and
// push, which is a tenth of a second without it. URL is a platform that runs on this machine with
// REQUESTS_PER_MINUTE=0; its pages are recorded with Chromium. Without it a platform without a dashboard is started, and browsers make the requests to the API
// that pages make.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { readSettings } from "../scripts/lib/settings.mjs"
import { OwnDelay } from "./lib/load/own-delay.mjs"
import { openRealBrowser } from "./lib/load/real-browser.mjs"
import { Server } from "./lib/load/server.mjs"
import { quantile, Tally } from "./lib/load/tally.mjs"
import { startPlatform } from "./lib/served.mjs"

const p99Ms = 1000
const readsAtOnce = 6
/** Seconds on a page. At the third of them, scripts are as slow as those that call `prime`: two commands, each of which takes about a second until it asks. */
const paces = "30,10,10/2,3"
/** Seconds: scripts hardly pause. */
const pauseOfLoops = 0.1
/** The fastest of people who look at what they have opened. */
const goalPace = 10
const samplesPerPush = 20

/** @param {string[]} args */
export async function load([browsers = "100", scripts = "20", seconds = "60", given, wanted = paces]) {
  const platform = given ? null : await startPlatform()
  try {
    const target = platform
      ? { origin: platform.url.replace(/\/api\/v1$/, ""), key: platform.key }
      : { origin: new URL(String(given)).origin, key: readFileSync(join(readSettings(process.env).dataDir, "api-key"), "utf8").trim() }
    const size = { browsers: Number(browsers), scripts: Number(scripts), seconds: Number(seconds) }
    await measure(target, { ...size, paces: wanted.split(",").map(readPace), hasPages: !platform })
  } finally {
    await platform?.stop()
  }
}

/** @typedef {{ origin: string, key: string }} Target */
/** Seconds that browsers stay on a page, and that scripts pause. @typedef {{ stay: number, pause: number }} Pace */

/** @param {string} text such as 10 or 10/2 @returns {Pace} */
function readPace(text) {
  const [stay, pause = pauseOfLoops] = text.split("/").map(Number)
  return { stay: Number(stay), pause }
}

/**
 * @param {Target} target
 * @param {{ browsers: number, scripts: number, seconds: number, paces: Pace[], hasPages: boolean }} size
 */
async function measure(target, { paces, hasPages, ...size }) {
  const run = await pushRun(target, 200, new Tally())
  const real = hasPages ? await openRealBrowser(target.origin, run) : null
  try {
    const pages = real ? await real.record() : { headers: { authorization: `Bearer ${target.key}` }, pages: readsOfPages(run) }
    for (const pace of paces) if (!(await measureAt(target, pages, real, { ...size, pace }))) process.exitCode = 1
  } finally {
    await real?.close()
  }
}

/**
 * @param {Target} target
 * @param {{ headers: Record<string, string>, pages: string[][] }} recorded
 * @param {Awaited<ReturnType<typeof openRealBrowser>> | null} real
 * @param {{ browsers: number, scripts: number, seconds: number, pace: Pace }} size
 * @returns {Promise<boolean>} whether each goal of this pace was reached
 */
async function measureAt(target, recorded, real, { browsers, scripts, seconds, pace }) {
  const tally = new Tally()
  const end = AbortSignal.timeout(seconds * 1000)
  const until = Date.now() + seconds * 1000
  const stayMs = pace.stay * 1000
  const begin = performance.now()
  const own = new OwnDelay()
  const server = new Server(target.origin)
  const watching = server.watch(end)
  const [watched] = await Promise.all([
    real?.watch(until, stayMs, (error) => tally.failed(error)),
    ...Array.from({ length: browsers }, (_, i) =>
      browse(target, recorded, i, { until, end, tally, stayMs, waitMs: (stayMs * i) / browsers }),
    ),
    ...Array.from({ length: scripts }, (_, i) =>
      listAndPush(target, { until, tally, pauseMs: pace.pause * 1000, waitMs: (pace.pause * 1000 * i) / scripts }),
    ),
  ])
  const took = (performance.now() - begin) / 1000
  const { cpu, memory } = await watching
  console.log(
    `${browsers} browsers (${real ? "pages and API" : "API only"}), ${pace.stay} s on a page, ${scripts} scripts that pause ${pace.pause} s, ${took.toFixed(0)} s: ` +
      `${(tally.opened / took).toFixed(1)} pages and ${(tally.requests / took).toFixed(0)} requests a second, ${tally.kilobytesHeard} KB of events`,
  )
  console.log(tally.table())
  console.log(`the process that answers: ${(cpu / took).toFixed(2)} of a core, ${memory.words}`)
  console.log(own.words(took))
  if (watched)
    console.log(
      `the real browser: ${watched.loads.length} pages, median ${quantile(watched.loads, 0.5).toFixed(0)} ms until load, longest ${quantile(watched.loads, 1).toFixed(0)}; ` +
        `${watched.tasks.length} tasks over 50 ms, longest ${Math.max(0, ...watched.tasks).toFixed(0)} ms`,
    )
  const goals = [
    { goal: "no error", holds: tally.errors.size === 0, counts: true },
    { goal: `p99 of each kind under ${p99Ms} ms`, holds: tally.longestP99 < p99Ms, counts: pace.stay >= goalPace },
    { goal: "memory flat", holds: memory.isFlat, counts: true },
  ]
  for (const { goal, holds, counts } of goals)
    console.log(`${holds ? "holds " : "MISSED"}  ${goal}${counts ? "" : ", which is no goal at this pace"}`)
  for (const [message, count] of tally.errors) console.log(`  ${count} × ${message}`)
  console.log("")
  return goals.every(({ holds, counts }) => holds || !counts)
}

/** What the pages of lists, of a run and of its samples read once they are open. @param {string} run */
const readsOfPages = (run) => [
  ["/api/v1/user/home", "/api/v1/evaluations/?limit=20"],
  ["/api/v1/evaluations/?limit=50", "/api/v1/evaluation-models", "/api/v1/evaluation-tags"],
  [`/api/v1/evaluations/${run}`, `/api/v1/evaluations/${run}/statistics`, `/api/v1/evaluations/${run}/findings`],
  [`/api/v1/evaluations/${run}/sample-summaries?limit=100`, `/api/v1/evaluations/${run}/error-groups`],
  ["/api/v1/environmentshub/?limit=20", "/api/v1/models"],
]

/**
 * One browser: its event stream stays open while it goes from page to page.
 * @param {Target} target @param {{ headers: Record<string, string>, pages: string[][] }} recorded @param {number} index
 * @param {{ until: number, end: AbortSignal, tally: Tally, stayMs: number, waitMs: number }} during
 *   waitMs: before the first page, so that browsers do not go in step
 */
async function browse({ origin }, { headers, pages }, index, { until, end, tally, stayMs, waitMs }) {
  await sleep(Math.min(waitMs, Math.max(0, until - Date.now())))
  const stream = listen(`${origin}/api/v1/events`, headers, end, tally)
  /** Files that a browser asks for once. @type {Set<string>} */
  const kept = new Set()
  const ask = async (/** @type {string} */ path) => {
    if (!kept.has(path)) await tally.time(kindOf(path), async () => (await get(origin + path, headers)) && kept.add(path))
  }
  for (let at = index; Date.now() < until; at++) {
    const requests = pages[at % pages.length] ?? []
    const [first, ...others] = requests
    // The page itself comes first; what it asks for comes after, as many at once as browsers ask.
    if (first) await ask(first)
    tally.opened++
    for (let i = 0; i < others.length; i += readsAtOnce) await Promise.all(others.slice(i, i + readsAtOnce).map(ask))
    await sleep(Math.min(stayMs, Math.max(0, until - Date.now())))
  }
  await stream
}

/** @param {string} path */
const kindOf = (path) => (path.startsWith("/api/") ? "read" : path.startsWith("/dashboard") ? "page" : "file")

/** @param {string} url @param {Record<string, string>} headers @returns {Promise<boolean>} whether the answer stays the same for good */
async function get(url, headers) {
  const response = await fetch(url, { headers, redirect: "manual" })
  await response.arrayBuffer()
  if (response.status >= 400) throw new Error(`${response.status} of ${new URL(url).pathname}`)
  return /\bimmutable\b/.test(response.headers.get("cache-control") ?? "")
}

/** Listens until the end; a stream that ends before is an error. @param {string} url @param {Record<string, string>} headers @param {AbortSignal} end @param {Tally} tally */
async function listen(url, headers, end, tally) {
  try {
    const response = await fetch(url, { headers, signal: end })
    if (!response.ok || !response.body) throw new Error(`${response.status} of the event stream`)
    for await (const piece of response.body) tally.heard(piece.length)
    throw new Error("the event stream ended")
  } catch (error) {
    if (!end.aborted) tally.failed(error)
  }
}

/**
 * One script: it lists, makes an evaluation, pushes samples and ends it.
 * @param {Target} target @param {{ until: number, tally: Tally, pauseMs: number, waitMs: number }} during waitMs: before it begins, so that scripts do not go in step
 */
async function listAndPush(target, { until, tally, pauseMs, waitMs }) {
  await sleep(waitMs)
  while (Date.now() < until) {
    await tally.time("list", () => call(target, "GET", "/evaluations/?limit=20"))
    await pushRun(target, samplesPerPush, tally).catch(() => {})
    await sleep(Math.min(pauseMs, Math.max(0, until - Date.now())))
  }
}

/** @param {Target} target @param {number} count @param {Tally} tally @returns {Promise<string>} */
async function pushRun(target, count, tally) {
  const body = { name: "load", run_id: `load-${Math.random().toString(36).slice(2)}`, model_name: "load" }
  const { evaluation_id: id } = await tally.time("create", () => call(target, "POST", "/evaluations/", body))
  const samples = Array.from({ length: count }, (_, i) => ({
    example_id: i,
    reward: (i % 10) / 10,
    prompt: [{ role: "user", content: `Question ${i} ${"of some length ".repeat(20)}` }],
    completion: [{ role: "assistant", content: `Answer ${i} ${"of some length ".repeat(60)}` }],
  }))
  await tally.time("push", () => call(target, "POST", `/evaluations/${id}/samples`, { samples }))
  await tally.time("end", () => call(target, "POST", `/evaluations/${id}/finalize`, {}))
  return id
}

/** @param {Target} target @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
async function call({ origin, key }, method, path, body) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" }
  const response = await fetch(`${origin}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status} of ${method} ${path.replace(/[0-9a-z]{20,}/g, "…")}: ${text.slice(0, 200)}`)
  return JSON.parse(text)
}
