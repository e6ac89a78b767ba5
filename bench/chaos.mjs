// Kills whatever a run depends on, again and again, and then counts: each rollout exactly once, every sum equal.
//
//   node --import tsx bench/chaos.mjs [--kills 50] [--rollouts 2000] [--seed 1] [--without-web]
//
// Starts a platform of its own (embedded Postgres, worker, web from the build) as `npm start` does, with a scripted model that answers
// at once. Ends with exit code 1 when anything is not as it should be.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { readConfig } from "../backend/base/config.ts"
import { createPlatform } from "../backend/platform.ts"
import { echoEnvironment, publishEnvironment } from "../backend/testing/environments.ts"
import { startModelServer } from "../backend/testing/model-server.ts"
import { run, stopChildren, supervise } from "../scripts/lib/children.mjs"
import { childEnvironment } from "../scripts/lib/environment.mjs"
import { freePort } from "../scripts/lib/free-port.mjs"
import { postgresKeeper } from "../scripts/lib/postgres/postgres-keeper.mjs"
import { readSettings, root } from "../scripts/lib/settings.mjs"
import { checkMachine, prepare } from "../scripts/lib/setup.mjs"

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "50" },
    rollouts: { type: "string", default: "2000" },
    seed: { type: "string", default: "1" },
    "without-web": { type: "boolean", default: false },
  },
})
const kills = Number(values.kills)
const rolloutsPerExample = 2
const examples = Math.ceil(Number(values.rollouts) / rolloutsPerExample)
const withWeb = !values["without-web"]
/** Pauses between two kills: long enough for work to be under way again, short enough to hit all that goes on. */
const pauseMs = { min: 300, max: 6000 }
const endWithinMs = 15 * 60_000
/** On the average of all kills: a victim may not be there at once, but has to come. */
const killWithinMs = 30_000

const random = mulberry32(Number(values.seed))
const dataDir = mkdtempSync(join(tmpdir(), "he-chaos-"))
const begin = Date.now()
const say = (/** @type {string} */ text) => console.log(`${((Date.now() - begin) / 1000).toFixed(1).padStart(7)} s  ${text}`)
const never = () => ({ giveUp: false, pause: 300 })

/** Right for even numbers, wrong for odd ones: the sum of rewards is known beforehand. */
const model = await startModelServer((request) => {
  const number = Number(String(request.messages.at(-1)?.content).split(" ").at(-1))
  return number % 2 === 0 ? `it is ${number}` : "no idea"
})
const rewardSum = rolloutsPerExample * (Math.ceil(examples / 2) * 1 + Math.floor(examples / 2) * 0.25)

/** @type {{ stop: () => Promise<void> } | undefined} */
let postgres
let failed = true
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => leave(1))

/** @param {number} code */
async function leave(code) {
  await stopChildren()
  await postgres?.stop()
  model.close()
  if (!failed) rmSync(dataDir, { recursive: true, force: true })
  else say(`what is left lies in ${dataDir}`)
  process.exit(code)
}

try {
  const providers = join(dataDir, "providers.json")
  writeFileSync(providers, JSON.stringify([{ id: "test", name: "Test", base_url: model.url }]))
  Object.assign(process.env, {
    DATA_DIR: dataDir,
    PROVIDERS_FILE: providers,
    PORT: String(await freePort()),
    LOG_LEVEL: "info",
    REQUESTS_PER_MINUTE: "0",
  })
  process.env.WORKER_PORT = String(await freePort())
  delete process.env.DATABASE_URL
  const settings = readSettings(process.env)
  const systemPython = await checkMachine(settings)
  const keeper = postgresKeeper(dataDir, (error) => say(String(error)), never)
  postgres = keeper
  const prepared = await prepare(settings, { systemPython, startPostgres: keeper.start, withBuild: withWeb })
  const env = childEnvironment(settings, { mode: "production", ...prepared })
  await run("migrate", process.execPath, ["--import", "tsx", "backend/migrate.ts"], { env })

  const log = join(dataDir, "children.log")
  const start = (/** @type {string} */ name, /** @type {string[]} */ args) =>
    supervise({
      name,
      args,
      env: { ...env, NEXT_MANUAL_SIG_HANDLE: "true" },
      onLine: (line) => writeFileSync(log, `[${name}] ${line}\n`, { flag: "a" }),
      onDeath: () => {},
      onGiveUp: () => {},
      died: never,
    })
  start("worker", withWeb ? ["--enable-source-maps", "dist/worker.js"] : ["--import", "tsx", "backend/worker.ts"])
  if (withWeb) start("web", [join(root, "node_modules/next/dist/bin/next"), "start", "-H", settings.host, "-p", String(settings.port)])

  const config = readConfig({ ...env, LOG_LEVEL: "silent" }, root)
  const platform = createPlatform(config, "chaos")
  await platform.ownerId()
  const { pool } = platform.database
  const query = async (/** @type {string} */ text, /** @type {unknown[]} */ parameters = []) =>
    (await untilItWorks(() => pool.query(text, parameters))).rows

  /** Asks the web process, or without one the API in here. @param {string} method @param {string} address @param {object} [body] */
  async function call(method, address, body) {
    const headers = { authorization: `Bearer ${env.API_KEY}`, "content-type": "application/json" }
    const request = { method, headers, body: body ? JSON.stringify(body) : undefined }
    const response = withWeb
      ? await fetch(`http://127.0.0.1:${settings.port}/api/v1${address}`, request)
      : await platform.fetch(new Request(`http://chaos.test/api/v1${address}`, request), null)
    if (response.status >= 500) throw new Error(`${address} answered ${response.status}`)
    return { status: response.status, body: await response.json() }
  }
  const inProcess = {
    ...platform,
    config,
    call: async (/** @type {string} */ method, /** @type {string} */ address) => {
      const headers = { authorization: `Bearer ${env.API_KEY}` }
      const response = await platform.fetch(new Request(`http://chaos.test/api/v1${address}`, { method, headers }), null)
      return { status: response.status, body: await response.json() }
    },
  }
  const environment = await publishEnvironment(inProcess, "chaos", echoEnvironment({ examples }))

  /** @type {string[]} */
  const runs = []
  const launch = async () => {
    // The key makes an answer that was lost on the way harmless.
    const key = `chaos-run-${runs.length}-of-${begin}`
    const { body } = await untilItWorks(() =>
      call("POST", "/hosted-evaluations", {
        environment_ids: [environment],
        inference_model: "test/scripted",
        eval_config: { num_examples: examples, rollouts_per_example: rolloutsPerExample, max_concurrent: 64 },
        idempotency_key: key,
      }),
    )
    runs.push(body.evaluation_id)
    say(`run ${runs.length} launched: ${examples} examples × ${rolloutsPerExample}`)
  }
  const active = async () =>
    query("select id, attempt, samples_done, status from evaluations where status in ('PENDING', 'RUNNING', 'PROCESSING') and is_hosted")

  const victims = withWeb ? ["worker", "runner", "shim", "postgres", "web"] : ["worker", "runner", "shim", "postgres"]
  /** @type {Record<string, number>} */
  const killed = Object.fromEntries(victims.map((name) => [name, 0]))
  const killsEnd = Date.now() + kills * killWithinMs
  for (let done = 0; done < kills; ) {
    if (Date.now() > killsEnd) throw new Error(`only ${done} of ${kills} kills; no ${victims[done % victims.length]} to kill`)
    if ((await active()).length === 0) await launch()
    await sleep(pauseMs.min + random() * (pauseMs.max - pauseMs.min))
    const name = /** @type {string} */ (victims[done % victims.length])
    const pids = find(name, dataDir)
    const pid = pids[Math.floor(random() * pids.length)]
    if (pid === undefined || !kill(pid)) continue
    killed[name] = (killed[name] ?? 0) + 1
    done++
    const [now] = await active()
    say(`kill ${done}: ${name} ${pid}; ${now ? `attempt ${now.attempt}, ${now.samples_done} stored` : "no active run"}`)
  }

  const end = Date.now() + endWithinMs
  for (let left = await active(); left.length > 0; left = await active()) {
    if (Date.now() > end) throw new Error(`these runs do not end: ${JSON.stringify(left)}`)
    await sleep(500)
  }

  say("checking")
  let attempts = 0
  for (const id of runs) {
    const [row] = await query(
      `select e.status, e.failure, e.samples_done, e.samples_errored, e.samples_superseded, e.reward_sum, e.rollouts_total, e.attempt, e.log_lines,
        (select count(*)::int from samples s where s.evaluation_id = e.id) as stored,
        (select count(distinct (example_id, rollout_index))::int from samples s where s.evaluation_id = e.id) as distinct_rollouts,
        (select count(*)::int from samples s join sample_bodies b on b.sample_id = s.id where s.evaluation_id = e.id) as bodies,
        (select max(seq) from samples s where s.evaluation_id = e.id) as last_seq,
        (select sum(reward) from samples s where s.evaluation_id = e.id) as sum_of_samples,
        (select sum(samples)::int from attempts a where a.evaluation_id = e.id) as sum_of_attempts,
        (select count(*)::int from attempts a where a.evaluation_id = e.id) as attempts,
        (select count(*)::int from attempts a where a.evaluation_id = e.id and a.ended is null) as open_attempts,
        (select sum(line_count)::int from log_chunks l where l.owner_id = e.id) as lines
      from evaluations e where id = $1`,
      [id],
    )
    const total = examples * rolloutsPerExample
    const expected = {
      status: "COMPLETED",
      samples_done: total,
      samples_errored: 0,
      samples_superseded: 0,
      rollouts_total: total,
      stored: total,
      distinct_rollouts: total,
      bodies: total,
      last_seq: total,
      sum_of_attempts: total,
      open_attempts: 0,
      reward_sum: rewardSum,
      sum_of_samples: rewardSum,
      lines: row.log_lines,
      attempts: row.attempt,
    }
    const wrong = Object.entries(expected).filter(([name, value]) => row[name] !== value)
    if (wrong.length > 0)
      throw new Error(
        `run ${id}: ${wrong.map(([name, value]) => `${name} is ${row[name]}, not ${value}`).join("; ")} ${JSON.stringify(row.failure)}`,
      )
    attempts += row.attempts
  }
  // What is left on disk of runs that have ended goes away by itself, at the latest a minute later; and all else with the worker.
  const folders = () => readdirSync(join(dataDir, "runs"))
  await untilNone("folders of ended runs", () => folders().filter((name) => !name.startsWith("warm-")), 90_000)
  await platform.close()
  await stopChildren()
  await untilNone("folders", folders, 1000)
  await untilNone("processes", () => [...find("shim", dataDir), ...find("runner", dataDir)], 10_000)

  const rollouts = runs.length * examples * rolloutsPerExample
  const list = Object.entries(killed).map(([name, count]) => `${count} ${name}`)
  say(`${kills} kills (${list.join(", ")}) in ${runs.length} runs of ${examples * rolloutsPerExample} rollouts`)
  say(
    `${rollouts} rollouts, each exactly once, all sums equal; ${attempts} attempts, ${model.requests.length - rollouts} model requests done again`,
  )
  failed = false
  await leave(0)
} catch (error) {
  console.error(error)
  await leave(1)
}

/** Processes of a kind that belong to this platform. @param {string} kind @param {string} home @returns {number[]} */
function find(kind, home) {
  if (kind === "postgres") {
    try {
      return [Number(readFileSync(join(home, "postgres/pg18/postmaster.pid"), "utf8").split("\n")[0])]
    } catch {
      return []
    }
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const words = read(`/proc/${pid}/cmdline`)
      if (kind === "worker") return parentOf(pid) === process.pid && /dist\/worker\.js|backend\/worker\.ts/.test(words)
      if (kind === "web") return parentOf(pid) === process.pid && /next/.test(words)
      if (!words.includes(home)) return false
      return kind === "shim" ? /runner\/src\/sandbox\0shim\0/.test(words) : /hosted_runner\/start\.py\0/.test(words)
    })
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

/** @param {number} pid */
function parentOf(pid) {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, "SIGKILL")
    return true
  } catch {
    return false
  }
}

/** @param {string} what @param {() => unknown[]} list @param {number} patienceMs */
async function untilNone(what, list, patienceMs) {
  for (const until = Date.now() + patienceMs; list().length > 0; await sleep(500))
    if (Date.now() > until) throw new Error(`left behind: ${what} ${list().join(", ")}`)
}

/** Does something again until it works: what it needs may have been killed a moment ago. @template T @param {() => Promise<T>} work */
async function untilItWorks(work) {
  for (const until = Date.now() + 120_000; ; await sleep(200)) {
    try {
      return await work()
    } catch (error) {
      if (Date.now() > until) throw error
    }
  }
}

/** A small random generator that gives the same numbers for the same seed. @param {number} seed */
function mulberry32(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
