// Many people and scripts at once: simulated browsers, each of which makes the requests of recorded real pages (what may be kept for good, once) and listens to the
// event stream, a real one that is watched for long tasks, and scripts that list and push. Errors, times and memory; the goals are no error, p99 under a second
// and flat memory.
//   npm run bench -- load [BROWSERS] [SCRIPTS] [SECONDS] [URL]
// URL is a platform that runs on this machine with REQUESTS_PER_MINUTE=0; its pages are recorded with Chromium. Without it a platform without a dashboard is
// started, and browsers make the requests to the API that pages make.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { readSettings } from "../scripts/lib/settings.mjs"
import { openRealBrowser } from "./lib/load/real-browser.mjs"
import { quantile, Tally } from "./lib/load/tally.mjs"
import { startPlatform } from "./lib/served.mjs"

const p99Ms = 1000
/** Memory may be this much larger in the last third than in the second: caches fill, and garbage is collected in steps. */
const growth = { factor: 1.1, mb: 30 }
const readsAtOnce = 6
const thinkMs = 3000
const samplesPerPush = 20

/** @param {string[]} args */
export async function load([browsers = "100", scripts = "20", seconds = "120", given]) {
  const platform = given ? null : await startPlatform()
  try {
    const target = platform
      ? { origin: platform.url.replace(/\/api\/v1$/, ""), key: platform.key }
      : { origin: new URL(String(given)).origin, key: readFileSync(join(readSettings(process.env).dataDir, "api-key"), "utf8").trim() }
    await measure(target, { browsers: Number(browsers), scripts: Number(scripts), seconds: Number(seconds), hasPages: !platform })
  } finally {
    await platform?.stop()
  }
}

/** @typedef {{ origin: string, key: string }} Target */

/**
 * @param {Target} target
 * @param {{ browsers: number, scripts: number, seconds: number, hasPages: boolean }} size
 */
async function measure(target, { browsers, scripts, seconds, hasPages }) {
  const run = await pushRun(target, 200, new Tally())
  const real = hasPages ? await openRealBrowser(target.origin, run) : null
  try {
    const pages = real ? await real.record() : { headers: { authorization: `Bearer ${target.key}` }, pages: readsOfPages(run) }
    await measureWith(target, pages, real, { browsers, scripts, seconds })
  } finally {
    await real?.close()
  }
}

/**
 * @param {Target} target
 * @param {{ headers: Record<string, string>, pages: string[][] }} pages
 * @param {Awaited<ReturnType<typeof openRealBrowser>> | null} real
 * @param {{ browsers: number, scripts: number, seconds: number }} size
 */
async function measureWith(target, pages, real, { browsers, scripts, seconds }) {
  const tally = new Tally()
  const end = AbortSignal.timeout(seconds * 1000)
  const until = Date.now() + seconds * 1000
  const begin = performance.now()
  const memory = watchMemory(target, end)
  const [watched] = await Promise.all([
    real?.watch(until, thinkMs),
    ...Array.from({ length: browsers }, (_, i) => browse(target, pages, i, { until, end, tally, spreadMs: (thinkMs * i) / browsers })),
    ...Array.from({ length: scripts }, () => listAndPush(target, { until, tally })),
  ])
  report(
    tally,
    await memory,
    (performance.now() - begin) / 1000,
    `${browsers} browsers (${real ? "pages and API" : "API only"}), ${scripts} scripts`,
  )
  if (watched)
    console.log(
      `the real browser: ${watched.loads.length} pages, median ${quantile(watched.loads, 0.5).toFixed(0)} ms until load, longest ${quantile(watched.loads, 1).toFixed(0)}; ` +
        `${watched.tasks.length} tasks over 50 ms, longest ${Math.max(0, ...watched.tasks).toFixed(0)} ms`,
    )
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
 * @param {{ until: number, end: AbortSignal, tally: Tally, spreadMs: number }} during
 */
async function browse({ origin }, { headers, pages }, index, { until, end, tally, spreadMs }) {
  await sleep(spreadMs)
  const stream = listen(`${origin}/api/v1/events`, headers, end, tally)
  /** Files that a browser asks for once. @type {Set<string>} */
  const kept = new Set()
  const ask = async (/** @type {string} */ path) => {
    if (!kept.has(path)) await tally.time("browser", async () => (await get(origin + path, headers)) && kept.add(path))
  }
  for (let at = index; Date.now() < until; at++) {
    const requests = pages[at % pages.length] ?? []
    const [first, ...others] = requests
    // The page itself comes first; what it asks for comes after, as many at once as browsers ask.
    if (first) await ask(first)
    for (let i = 0; i < others.length; i += readsAtOnce) await Promise.all(others.slice(i, i + readsAtOnce).map(ask))
    await sleep(Math.min(thinkMs, Math.max(0, until - Date.now())))
  }
  await stream
}

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

/** One script: it lists, makes an evaluation, pushes samples and ends it. @param {Target} target @param {{ until: number, tally: Tally }} during */
async function listAndPush(target, { until, tally }) {
  while (Date.now() < until) {
    await tally.time("list", () => call(target, "GET", "/evaluations/?limit=20"))
    await pushRun(target, samplesPerPush, tally).catch(() => {})
    await sleep(100)
  }
}

/** @param {Target} target @param {number} count @param {Tally} tally @returns {Promise<string>} */
async function pushRun(target, count, tally) {
  const body = { name: "load", run_id: `load-${Math.random().toString(36).slice(2)}`, model_name: "load" }
  const { evaluation_id: id } = await tally.time("push", () => call(target, "POST", "/evaluations/", body))
  const samples = Array.from({ length: count }, (_, i) => ({
    example_id: i,
    reward: (i % 10) / 10,
    prompt: [{ role: "user", content: `Question ${i} ${"of some length ".repeat(20)}` }],
    completion: [{ role: "assistant", content: `Answer ${i} ${"of some length ".repeat(60)}` }],
  }))
  await tally.time("push", () => call(target, "POST", `/evaluations/${id}/samples`, { samples }))
  await tally.time("push", () => call(target, "POST", `/evaluations/${id}/finalize`, {}))
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

/** Resident megabytes of the process that answers, every two seconds. @param {Target} target @param {AbortSignal} end @returns {Promise<number[]>} */
async function watchMemory({ origin }, end) {
  /** @type {number[]} */
  const values = []
  while (!end.aborted) {
    const text = await fetch(`${origin}/api/v1/metrics`)
      .then((response) => response.text())
      .catch(() => "")
    const bytes = Number(/^process_resident_memory_bytes ([\d.e+]+)/m.exec(text)?.[1])
    if (bytes > 0) values.push(bytes / 1024 ** 2)
    await sleep(2000, undefined, { signal: end }).catch(() => {})
  }
  return values
}

/** @param {Tally} tally @param {number[]} memory @param {number} seconds @param {string} size */
function report(tally, memory, seconds, size) {
  console.log(
    `${size}, ${seconds.toFixed(0)} s: ${tally.requests} requests (${(tally.requests / seconds).toFixed(0)} a second), ${tally.kilobytesHeard} KB of events`,
  )
  console.log(tally.table())
  const third = Math.floor(memory.length / 3)
  const mean = (/** @type {number[]} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [before, after] = [mean(memory.slice(third, 2 * third)), mean(memory.slice(2 * third))]
  console.log(`memory of the process that answers, every 2 s, MB: ${memory.map((value) => value.toFixed(0)).join(" ")}`)
  const verdicts = [
    ["no error", tally.errors.size === 0],
    [`p99 under ${p99Ms} ms`, tally.p99 < p99Ms],
    [
      `memory flat (${before.toFixed(0)} → ${after.toFixed(0)} MB)`,
      third > 0 && after < Math.max(before * growth.factor, before + growth.mb),
    ],
  ]
  for (const [goal, holds] of verdicts) console.log(`${holds ? "holds " : "MISSED"}  ${goal}`)
  for (const [message, count] of tally.errors) console.log(`  ${count} × ${message}`)
  if (verdicts.some(([, holds]) => !holds)) process.exitCode = 1
}
