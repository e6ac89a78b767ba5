// The platform with a fleet: nodes of a simulated cluster play runs, with rollouts that take seconds and no model, and everything else is real: workers
// that claim runs and ask the cluster by Kubernetes' API, the endpoints that attempts report to, Postgres that syncs, people who look at lists and runs.
// The load is raised by steps; each prints what was stored, how long answers took and what was busy, and the last line says where it bends.
//   npm run bench -- fleet [NODES] [RUNS] [WORKERS]
// 1,000 nodes and 10,000 runs take about half an hour.
import { fork } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { root } from "../scripts/lib/settings.mjs"
import { Cluster } from "./lib/fleet/cluster.mjs"
import { bendOf, stepInWords } from "./lib/fleet/report.mjs"
import { watch } from "./lib/fleet/watch.mjs"
import { Tally } from "./lib/load/tally.mjs"
import { startPlatform } from "./lib/served.mjs"

const steps = [10, 50, 100, 300, 1000]
const settleMs = 15_000
const stepMs = 40_000
/** The last step goes on until its runs have ended, but no longer. */
const lastStepMs = 60 * 60_000
const readers = 5
const thinkMs = 1000
/** More runs than nodes, so that some wait for their turn. */
const more = 1.1
const launchesAtOnce = 8
/** Of ten runs this many play one rollout at a time, which takes long. */
const slowOfTen = 1
const namespace = "fleet"

/** @typedef {Awaited<ReturnType<typeof startPlatform>>} Platform */

/** @param {string[]} args */
export async function fleet([nodes = "100", runs = "600", workers = "1"]) {
  const most = Number(nodes)
  const folder = mkdtempSync(join(tmpdir(), "he-fleet-"))
  writeFileSync(join(folder, "token"), "fleet")
  const player = fork(join(root, "bench/lib/fleet/nodes.mjs"), { stdio: ["ignore", "inherit", "inherit", "ipc"] })
  /** @type {Map<string, () => void>} */
  const playing = new Map()
  /** @type {string[]} */
  let origins = []
  let started = 0
  const cluster = new Cluster(
    ({ name, token }) =>
      new Promise((done) => {
        playing.set(name, () => done(undefined))
        player.send({ order: "play", name, token, origin: origins[started++ % origins.length] })
      }),
    (name) => player.send({ order: "stop", name }),
  )
  player.on("message", (/** @type {any} */ { ended }) => ended && playing.get(ended)?.())
  const server = await cluster.listen()
  const engine = {
    kind: "kubernetes",
    name: "fleet",
    server,
    token_file: join(folder, "token"),
    namespace,
    image: "none",
    image_folders: ["/"],
  }
  const count = Number(workers)
  const room = Math.min(1000, Math.ceil((most * more) / count) + 1)
  const platform = await startPlatform({
    engines: [engine],
    workers: count,
    settings: { MAX_CONCURRENT_RUNS: String(room), WARM_PROCESSES: "0", FRPS: "off", LOCAL_MODEL: "0" },
  })
  const database = new pg.Pool({ connectionString: platform.databaseUrl, max: 3, application_name: "bench" })
  try {
    origins = platform.workers.map(({ origin }) => origin)
    const environment = await platform.environment("word-arithmetic")
    const load = new Load(platform, database, environment.id, Number(runs))
    const measured = []
    const sizes = [...steps.filter((step) => step < most), most]
    console.log(`${most} nodes, ${runs} runs, ${count} worker${count === 1 ? "" : "s"}`)
    for (const size of sizes) {
      cluster.nodes = size
      cluster.fill()
      load.keep(Math.ceil(size * more))
      await sleep(settleMs)
      await tellOf(player)
      load.tally = new Tally()
      const isLast = size === most
      const stop = watch(database, [
        ...platform.workers.map(({ pid }, i) => ({ name: count === 1 ? "worker" : `worker ${i + 1}`, pid })),
        { name: "Postgres", pid: postgresOf(platform.dataDir), withChildren: true },
        { name: "nodes", pid: /** @type {number} */ (player.pid) },
      ])
      const before = await stored(database)
      await Promise.race([
        sleep(isLast ? lastStepMs : stepMs, undefined, { ref: !isLast }),
        isLast ? load.launchedAll() : new Promise(() => {}),
      ])
      if (isLast) await sleep(stepMs / 3)
      const after = await stored(database)
      const seen = await stop()
      const { asked, errors } = await tellOf(player)
      const lag = await lagSince(database, before.at)
      measured.push({
        nodes: size,
        rate: (after.samples - before.samples) / seen.seconds,
        ended: after.ended - before.ended,
        asked,
        lag,
        seen,
        reads: load.tally,
      })
      console.log(stepInWords(/** @type {any} */ (measured.at(-1)), cluster.state))
      for (const [text, times] of [...errors, ...load.tally.errors]) console.log(`    ${times} × ${text}`)
    }
    await load.end()
    const missing = await database.query(
      "select count(*)::int as runs from evaluations where is_hosted and status not in ('COMPLETED', 'CANCELLED')",
    )
    console.log(`${load.launched} runs were launched; ${missing.rows[0].runs} have not ended as they should. ${bendOf(measured)}`)
  } finally {
    await database.end()
    await platform.stop()
    player.disconnect()
    cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Launches runs so that as many as asked for are under way, and reads as people do. */
class Load {
  launched = 0
  tally = new Tally()
  #target = 0
  #isOver = false
  /** @type {Promise<unknown>} */
  #working

  /** @param {Platform} platform @param {pg.Pool} database @param {string} environmentId @param {number} runs at most, in all */
  constructor(platform, database, environmentId, runs) {
    this.platform = platform
    this.database = database
    this.environmentId = environmentId
    this.runs = runs
    const origins = platform.workers.map(({ origin }) => origin)
    this.#working = Promise.all([
      this.#launch(),
      ...Array.from({ length: readers }, (_, i) => this.#read(/** @type {string} */ (origins[i % origins.length]))),
    ])
  }

  /** @param {number} target how many runs are to be under way, the queued ones included */
  keep(target) {
    this.#target = target
  }

  async launchedAll() {
    while (this.launched < this.runs) await sleep(200)
    // What is under way ends.
    this.#target = 0
    while ((await this.#open()) > 0) await sleep(1000)
  }

  async end() {
    this.#isOver = true
    await this.#working
  }

  async #open() {
    const { rows } = await this.database.query(
      "select count(*)::int as open from evaluations where is_hosted and status in ('PENDING', 'RUNNING', 'PROCESSING')",
    )
    return rows[0].open
  }

  async #launch() {
    while (!this.#isOver) {
      const due = Math.min(this.#target - (await this.#open()), this.runs - this.launched, launchesAtOnce)
      if (due <= 0) await sleep(250)
      else await Promise.all(Array.from({ length: due }, () => this.tally.time("launch", () => this.#launchOne())))
    }
  }

  #launchOne() {
    const isSlow = this.launched++ % 10 < slowOfTen
    const size = isSlow
      ? { num_examples: 3, rollouts_per_example: 1, max_concurrent: 1 }
      : { num_examples: 5, rollouts_per_example: 4, max_concurrent: 4 }
    return this.platform.launch(this.environmentId, "demo/scholar", { ...size, executor: "fleet" })
  }

  /** A person: the list, then a run that is under way, with the event stream open. @param {string} origin */
  async #read(origin) {
    const end = new AbortController()
    const headers = { authorization: `Bearer ${this.platform.key}` }
    const get = async (/** @type {string} */ kind, /** @type {string} */ path) =>
      this.tally.time(kind, async () => {
        const response = await fetch(`${origin}/api/v1${path}`, { headers })
        const body = await response.json()
        if (!response.ok) throw new Error(`${response.status} of ${kind}`)
        return body
      })
    const listening = this.#listen(`${origin}/api/v1/events`, headers, end.signal)
    while (!this.#isOver) {
      try {
        const { evaluations } = await get("list", "/evaluations/?limit=20")
        const run = evaluations[Math.floor(Math.random() * evaluations.length)]?.evaluation_id
        if (run)
          await Promise.all([
            get("run", `/evaluations/${run}`),
            get("statistics", `/evaluations/${run}/statistics`),
            get("samples", `/evaluations/${run}/sample-summaries?limit=100`),
          ])
      } catch {
        // Counted.
      }
      await sleep(thinkMs)
    }
    end.abort()
    await listening
  }

  /** @param {string} url @param {Record<string, string>} headers @param {AbortSignal} signal */
  async #listen(url, headers, signal) {
    try {
      const { body } = await fetch(url, { headers, signal })
      for await (const piece of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (body))) this.tally.heard(piece.length)
    } catch (error) {
      if (!signal.aborted) this.tally.failed(error)
    }
  }
}

/** What the nodes have measured since they were asked last. @param {import("node:child_process").ChildProcess} player */
async function tellOf(player) {
  const told = new Promise((done) => {
    const take = (/** @type {any} */ message) => {
      if (!message.told) return
      player.off("message", take)
      done(message.told)
    }
    player.on("message", take)
  })
  player.send({ order: "tell" })
  return /** @type {Promise<{ asked: { kind: string, ms: number }[], errors: [string, number][] }>} */ (told)
}

/** @param {pg.Pool} database */
async function stored(database) {
  const { rows } = await database.query(
    "select now()::text as at, coalesce(sum(samples_done), 0)::int as samples, (count(*) filter (where completed_at is not null))::int as ended from evaluations where is_hosted",
  )
  return /** @type {{ at: string, samples: number, ended: number }} */ (rows[0])
}

/** Milliseconds from the end of a rollout on its node to the transaction that stored it. @param {pg.Pool} database @param {string} since */
async function lagSince(database, since) {
  const { rows } = await database.query(
    `select percentile_cont(array[0.5, 0.99]) within group (order by extract(epoch from created_at)::float8 - (metrics ->> 'written')::float8) as lag
     from samples where created_at > $1`,
    [since],
  )
  const [p50 = Number.NaN, p99 = Number.NaN] = rows[0].lag ?? []
  return { p50: p50 * 1000, p99: p99 * 1000 }
}

/** @param {string} dataDir */
const postgresOf = (dataDir) => Number(readFileSync(join(dataDir, "postgres/pg18/postmaster.pid"), "utf8").split("\n")[0])
