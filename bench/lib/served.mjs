import { fork, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import pg from "pg"
import { build, bundleWorker } from "../../scripts/lib/build.mjs"
import { run } from "../../scripts/lib/children.mjs"
import { childEnvironment } from "../../scripts/lib/environment.mjs"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { findPython } from "../../scripts/lib/machine.mjs"
import { startPostgres } from "../../scripts/lib/postgres/postgres.mjs"
import { preparePython } from "../../scripts/lib/python.mjs"
import { makeDataDir } from "../../scripts/lib/secrets.mjs"
import { readSettings, root } from "../../scripts/lib/settings.mjs"

const key = "he_key_of_the_benchmarks"

/** A model server in a process of its own. @param {number} latencyMs */
export async function startModel(latencyMs) {
  const child = fork(join(root, "bench/model.mjs"), [String(latencyMs)], { stdio: ["ignore", "pipe", "inherit", "ipc"] })
  const port = await new Promise((done, fail) => {
    child.once("error", fail)
    child.stdout?.once("data", (data) => done(Number(String(data))))
  })
  return { url: `http://127.0.0.1:${port}/v1`, pid: /** @type {number} */ (child.pid), stop: () => child.kill() }
}

/**
 * The platform as `npm start` runs it: built worker, embedded Postgres that syncs, a data folder of its own.
 * @param {{
 *   settings?: Record<string, string>, providers?: { id: string, name: string, base_url: string }[], withPages?: boolean,
 *   engines?: object[], workers?: number, postgresSettings?: Record<string, string>
 * }} [options]
 *   withPages: with the dashboard, which is left out else; engines: of other machines, as ENGINES_FILE has them, where platform_url is the first
 *   worker's at settings.HOST unless it is given; workers: how many, each with a port of its own at which it serves the whole API
 */
export async function startPlatform(options = {}) {
  const { settings = {}, providers = [], withPages = false, engines = [], workers: count = 1, postgresSettings = {} } = options
  const python = process.env.PYTHON_BASE
    ? { python: process.env.PYTHON_BASE, uv: process.env.UV ?? "uv" }
    : await preparePython({ dataDir: readSettings({}).dataDir, python: await findPython() })
  await (withPages ? build() : bundleWorker())
  const folder = mkdtempSync(join(tmpdir(), "he-bench-"))
  const dataDir = join(folder, "data")
  makeDataDir(dataDir)
  writeFileSync(join(folder, "providers.json"), JSON.stringify(providers))
  const postgres = await startPostgres({ dataDir, log: () => {}, settings: postgresSettings })
  /** @type {import("node:child_process").ChildProcess[]} */
  const workers = []
  /** @type {import("node:child_process").ChildProcess | undefined} */
  let web
  const stop = async () => {
    for (const child of [web, ...workers]) {
      if (!child || child.exitCode !== null || child.signalCode !== null) continue
      const gone = new Promise((done) => child.once("exit", done))
      child.kill("SIGTERM")
      await gone
    }
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const port = await freePort()
  const others = await Promise.all(Array.from({ length: count - 1 }, freePort))
  const pages = `http://127.0.0.1:${port - 1}`
  Object.assign(
    process.env,
    { API_KEY: key, PROVIDERS_FILE: join(folder, "providers.json"), LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "0" },
    engines.length > 0 ? { ENGINES_FILE: join(folder, "engines.json") } : {},
    settings,
  )
  writeFileSync(
    join(folder, "engines.json"),
    JSON.stringify(engines.map((one) => ({ platform_url: `http://${settings.HOST ?? "127.0.0.1"}:${port}`, ...one }))),
  )
  const places = readSettings({
    DATA_DIR: dataDir,
    PORT: String(port - 1),
    WORKER_PORT: String(port),
    PUBLIC_URL: withPages ? pages : `http://127.0.0.1:${port}`,
    HOST: settings.HOST,
  })
  const env = childEnvironment(places, { mode: "production", databaseUrl: postgres.url, python })
  const url = `http://127.0.0.1:${port}/api/v1`

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async function call(method, path, body) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  /** Sends a body of any size. @param {string} path @param {import("node:stream").Readable} body @returns {Promise<any>} */
  async function send(path, body) {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: /** @type {any} */ (body),
      // Node requires this for a body that is streamed.
      .../** @type {object} */ ({ duplex: "half" }),
    })
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`)
    return response.json()
  }

  /** Asks until there is something. @template T @param {() => Promise<T | undefined>} look @param {number} [everyMs] @returns {Promise<T>} */
  async function until(look, everyMs = 20, withinMs = 600_000) {
    for (const end = Date.now() + withinMs; Date.now() < end; await sleep(everyMs)) {
      const found = await look().catch(() => undefined)
      if (found !== undefined) return found
    }
    throw new Error("waited too long")
  }

  try {
    await run("migrate", process.execPath, ["dist/migrate.js"], { env })
    const startWorker = (/** @type {object} */ own = {}) =>
      workers.push(
        spawn(process.execPath, ["dist/worker.js"], { cwd: root, env: { ...env, ...own }, stdio: ["ignore", "inherit", "inherit"] }),
      )
    startWorker()
    await until(() => call("GET", "/health"), 50, 60_000)
    for (const own of others) {
      startWorker({ WORKER_PORT: String(own), FRPS: "off", INSTANCES_PER_USER: "0", SANDBOXES_PER_WORKER: "0" })
      await until(async () => (await fetch(`http://127.0.0.1:${own}/api/v1/health`)).ok || undefined, 50, 60_000)
    }
    if (withPages) {
      const program = [join(root, "node_modules/next/dist/bin/next"), "start", "-H", "127.0.0.1", "-p", String(port - 1)]
      web = spawn(process.execPath, program, {
        cwd: root,
        env: { ...env, NEXT_MANUAL_SIG_HANDLE: "true" },
        stdio: ["ignore", "ignore", "inherit"],
      })
      await until(async () => (await fetch(`${pages}/api/v1/health`)).ok || undefined, 50, 60_000)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url,
    key,
    call,
    send,
    until,
    python,
    dataDir,
    databaseUrl: postgres.url,
    /** Where the dashboard is, if there is one. */
    pages,
    workerPid: /** @type {number} */ (workers[0]?.pid),
    /** Each worker's process, and where it serves the API. */
    workers: workers.map(({ pid }, i) => ({
      pid: /** @type {number} */ (pid),
      origin: `http://127.0.0.1:${i === 0 ? port : others[i - 1]}`,
    })),

    /** A published sample environment whose check has ended, so that nothing else is running. @param {string} name */
    environment: (name) =>
      until(async () => {
        const { data } = await call("GET", `/environmentshub/local/${name}/status`)
        if (data.action?.status !== "SUCCESS") return undefined
        return (await call("GET", `/environmentshub/local/${name}/@latest`)).data
      }, 200),

    /** Launches a run. @returns {Promise<string>} its id */
    launch: async (/** @type {string} */ environmentId, /** @type {string} */ model, /** @type {object} */ config) =>
      (await call("POST", "/hosted-evaluations", { environment_ids: [environmentId], inference_model: model, eval_config: config }))
        .evaluation_id,

    /** Waits for a run's end; looks into the database, since whatever the API answers would be a part of what is measured. @param {string} id @param {number} [everyMs] */
    ended: async (id, everyMs = 50) => {
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      try {
        await until(async () => {
          const { rows } = await client.query("select status from evaluations where id = $1", [id])
          return ["COMPLETED", "FAILED", "TIMEOUT", "CANCELLED"].includes(rows[0]?.status) ? true : undefined
        }, everyMs)
      } finally {
        await client.end()
      }
      return call("GET", `/evaluations/${id}`)
    },

    stop,
  }
}

/** Installs a sample environment into a Python environment of its own, as its author would have it, and returns its folder of programs. */
export async function installForAuthor(/** @type {{ python: string, uv: string }} */ { python, uv }, /** @type {string} */ name) {
  const folder = mkdtempSync(join(tmpdir(), "he-bench-author-"))
  const cache = join(readSettings({}).dataDir, "python/uv-cache")
  mkdirSync(cache, { recursive: true })
  const env = { ...process.env, UV_CACHE_DIR: process.env.UV_CACHE_DIR ?? cache, VIRTUAL_ENV: undefined }
  const own = join(folder, "venv/bin/python")
  await run("uv venv", uv, ["venv", "--no-project", "--python", python, join(folder, "venv")], { env })
  const files = ["--constraints", join(root, "runner/constraints.txt"), "--requirements", join(root, "runner/requirements.txt")]
  await run("uv pip install", uv, ["pip", "install", "--python", own, "--compile-bytecode", ...files, join(root, "environments", name)], {
    env,
  })
  return { folder, programs: dirname(own), remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * The library's own command with its results saved, in one process like the runner; or with its environment server and so many workers.
 * @param {string} programs @param {string} url
 * @param {{ examples: number, rolloutsPerExample: number, maxConcurrent: number, workers?: number }} size
 * @returns {Promise<{ cpuSeconds: number }>}
 */
export async function vfEval(programs, url, { examples, rolloutsPerExample, maxConcurrent, workers }) {
  const folder = mkdtempSync(join(tmpdir(), "he-bench-vf-"))
  const size = ["-n", String(examples), "-r", String(rolloutsPerExample), "-c", String(maxConcurrent)]
  const processes = workers === undefined ? ["--disable-env-server"] : ["--num-workers", String(workers)]
  const command = ["word-arithmetic", "-m", "bench", "-b", url, "-k", "BENCH_KEY", ...size, "-s", "-d", ...processes]
  // The shell reports the time that its child used.
  const child = spawn("/bin/bash", ["-c", 'TIMEFORMAT="cpu %U %S"; time "$@" >/dev/null', "bench", join(programs, "vf-eval"), ...command], {
    cwd: folder,
    env: { NODE_ENV: "production", PATH: `${programs}:/usr/bin:/bin`, HOME: folder, BENCH_KEY: "none", TERM: "dumb" },
    stdio: ["ignore", "ignore", "pipe"],
  })
  let said = ""
  child.stderr.on("data", (data) => {
    said = `${said}${data}`.slice(-4000)
  })
  const code = await new Promise((done) => child.once("close", done))
  rmSync(folder, { recursive: true, force: true })
  if (code !== 0) throw new Error(`vf-eval ended with ${code}: ${said}`)
  const [, user = "0", system = "0"] = /cpu ([\d.]+) ([\d.]+)/.exec(said) ?? []
  return { cpuSeconds: Number(user) + Number(system) }
}
