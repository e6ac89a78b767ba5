import { join, relative } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { run, stopChildren, supervise } from "./children.mjs"
import { isDiskFull, watchDisk } from "./disk.mjs"
import { childEnvironment } from "./environment.mjs"
import { keepLocalModel, localModelFolder, NICENESS } from "./local-model.mjs"
import { openLog, worthShowing } from "./logs.mjs"
import { postgresKeeper } from "./postgres/postgres-keeper.mjs"
import { compilePython } from "./python.mjs"
import { complain, Problem, say, seconds, step } from "./say.mjs"
import { newSignInToken } from "./secrets.mjs"
import { loadEnvFile, readSettings, root } from "./settings.mjs"
import { checkMachine, prepare } from "./setup.mjs"

const HEALTH = "/api/v1/health"
const READY_MS = 120_000
const next = join(root, "node_modules/next/dist/bin/next")
const relay = join(root, "scripts/lib/relay.mjs")

/**
 * Room for what is new in memory, in megabytes: most of what a request makes is of no use once it is answered. In V8's 16 much of it is taken for what stays, copied and
 * collected late: with 64, web answers a sixth more of a load and has two thirds of the memory resident (docs/decisions/121). The image has the same in its ENTRYPOINT.
 */
const newSpace = "--max-semi-space-size=64"

/** @type {Record<"production" | "development", { migrate: string[], web: string[], worker: string[] }>} web: without address and port */
const PROGRAMS = {
  production: {
    migrate: ["--enable-source-maps", "dist/migrate.js"],
    web: [newSpace, next, "start"],
    worker: [newSpace, "--enable-source-maps", "dist/worker.js"],
  },
  development: {
    migrate: ["--import", "tsx", "backend/migrate.ts"],
    web: [relay, next, "dev"],
    worker: [relay, "--watch", "--watch-preserve-output", "--import", "tsx", "backend/worker.ts"],
  },
}

/** Runs a worker alone until it is told to stop, for a platform whose database, files and keys are elsewhere. */
export const launchWorker = () => launch("production", { workerAlone: true })

/**
 * Runs the platform until it is told to stop: Postgres, web and worker, each started again when it dies.
 * @param {"production" | "development"} mode
 */
export async function launch(mode, { workerAlone = false } = {}) {
  const { migrate, web, worker } = PROGRAMS[mode]
  /** @type {ReturnType<typeof postgresKeeper> | undefined} */
  let postgres
  let ready = false
  let ending = false

  /** Only the first call counts: Ctrl-C arrives twice under npm. @param {number} code */
  const end = async (code) => {
    if (ending) return
    ending = true
    // Postgres last: the others still write to it while they stop.
    await stopChildren()
    await postgres?.stop()
    process.exit(code)
  }
  /** @param {unknown} error */
  const fail = (error) => {
    if (!ending) complain(error)
    return end(1)
  }
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.on(signal, () => {
      if (!ending) say("Stopping …")
      end(ready ? 0 : 1)
    })
  }
  process.on("uncaughtException", fail)
  // A terminal that was closed must not keep us from stopping what we started.
  process.stdout.on("error", () => {})
  process.stderr.on("error", () => {})

  try {
    loadEnvFile()
    const settings = readSettings(process.env, { workerAlone })
    const systemPython = await checkMachine(settings)
    watchDisk(settings.dataDir)
    postgres = postgresKeeper(settings.dataDir, fail)
    const prepared = await prepare(settings, { systemPython, startPostgres: postgres.start, withBuild: mode === "production" })
    const localModel = settings.withLocalModel ? localModelFolder(settings.dataDir) : undefined
    const env = childEnvironment(settings, { mode, ...prepared, localModel })
    if (!settings.remote) await step("Updating the database", () => run("migrate", process.execPath, migrate, { env }))

    /** @param {string} name @param {string[]} args @param {import("./settings.mjs").Variables} [extra] */
    const start = (name, args, extra) =>
      supervise({
        name,
        args,
        env: { ...env, ...extra },
        onLine: output(mode, name, settings.dataDir),
        onDeath: say,
        onGiveUp: fail,
        isExcused: () => isDiskFull(settings.dataDir),
      })
    // Next's own signal handling waits for open event streams for ever.
    if (!workerAlone) start("web", [...web, "-H", settings.host, "-p", String(settings.port)], { NEXT_MANUAL_SIG_HANDLE: "true" })
    if (!settings.remote) start("worker", worker)

    const ports = workerAlone ? [settings.workerPort] : settings.remote ? [settings.port] : [settings.port, settings.workerPort]
    await step(workerAlone ? "Starting the worker" : "Starting web and worker", () =>
      Promise.all(ports.map((port) => untilServing(settings, port, () => ending))),
    )
    if (ending) return
    ready = true
    if (workerAlone) say("The worker is running. Ctrl-C stops it; its runs continue elsewhere.")
    else greet(settings, env, mode)
    // Python that was given is not ours to write to.
    if (prepared.python && !settings.python) compileLater(prepared.python.python, () => ending)
    if (localModel && prepared.python) keepLocalModel({ folder: localModel, python: prepared.python, isEnding: () => ending })
  } catch (error) {
    await fail(error)
  }
}

/**
 * Compiles Python's packages beside the running platform. Without it runs only start more slowly, and the next start tries again.
 * @param {string} python @param {() => boolean} isEnding
 */
const compileLater = (python, isEnding) =>
  compilePython(python, { niceness: NICENESS }).catch((error) => {
    if (!isEnding()) complain(error)
  })

/**
 * Where a child's lines go: in development to the terminal; in production into its log, and errors to the terminal as well.
 * @param {"production" | "development"} mode @param {string} name @param {string} dataDir
 * @returns {(line: string, stream: "stdout" | "stderr") => void}
 */
function output(mode, name, dataDir) {
  if (mode === "development") return (line) => console.log(`[${name}] ${line}`)
  const log = openLog(join(dataDir, `logs/${name}.log`))
  return (line, stream) => {
    log.write(line)
    const text = worthShowing(line, stream)
    if (text) console.error(`[${name}] ${text}`)
  }
}

/**
 * @param {import("./settings.mjs").Settings} settings @param {number} port @param {() => boolean} stopping
 */
async function untilServing({ host, remote }, port, stopping) {
  const reachable = { "0.0.0.0": "127.0.0.1", "::": "::1" }[host] ?? host
  const url = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}${HEALTH}`
  for (const begin = Date.now(); Date.now() - begin < READY_MS && !stopping(); await sleep(100)) {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) }).catch(() => undefined)
    await response?.body?.cancel()
    // Beside a remote platform the dashboard has no API of its own: any answer is one.
    if (response && (response.status === 200 || remote)) return
  }
  if (!stopping()) throw new Problem(`No answer from ${url} within ${READY_MS / 1000} seconds: look into the logs.`)
}

/** @param {import("./settings.mjs").Settings} settings @param {NodeJS.ProcessEnv} env @param {"production" | "development"} mode */
function greet(settings, env, mode) {
  /** @type {[string, string][]} */
  const rows = [
    ["Dashboard", settings.publicUrl],
    ["Sign in", `${settings.publicUrl.replace(/\/+$/, "")}/login/link?token=${newSignInToken(settings.dataDir)} (once)`],
  ]
  if (settings.remote) rows.push(["Platform", settings.remote])
  else rows.push(["API", `${settings.publicUrl}/api/v1`], ["API key", env.API_KEY ?? ""])
  if (mode === "production") rows.push(["Logs", relative(process.cwd(), join(settings.dataDir, "logs")) || "."])
  const text = rows.map(([name, value]) => `  ${name.padEnd(11)}${value}`).join("\n")
  console.log(`\nHosted Evals is ready after ${seconds(performance.now())}\n\n${text}\n\nCtrl-C stops it.\n`)
}
