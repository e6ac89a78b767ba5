// The first program of the platform's image: one part of the platform, as the command says. Nothing is installed or built here, and what
// ends is started again by whoever runs the container.
import { join } from "node:path"
import { run } from "./lib/children.mjs"
import { childEnvironment } from "./lib/environment.mjs"
import { complain, Problem } from "./lib/say.mjs"
import { makeDataDir, newSignInToken } from "./lib/secrets.mjs"
import { readSettings, root } from "./lib/settings.mjs"

const COMMANDS = ["backup", "restore", "audit"]
const USAGE = `Say what this container is: web, worker, or a command for operators (${COMMANDS.join(", ")}).`

try {
  const [part = "", ...words] = process.argv.slice(2)
  if (part === "web" || part === "worker") await start(part)
  else if (part === "health") await checkHealth(words[0])
  else if (COMMANDS.includes(part)) await become("dist/operate.js", [part, ...words])
  else throw new Problem(part ? `There is no part "${part}". ${USAGE}` : USAGE)
} catch (error) {
  complain(error)
  process.exit(1)
}

/** @param {"web" | "worker"} part */
async function start(part) {
  for (const name of ["DATABASE_URL", "SECRET_KEY"])
    if (!process.env[name]) throw new Problem(`${name} is not set: web and all workers need the same.`)
  const settings = readSettings(process.env, { workerAlone: part === "worker" })
  makeDataDir(settings.dataDir)
  const env = childEnvironment(settings, { mode: "production", databaseUrl: settings.databaseUrl, python: settings.python })
  await run("migrate", process.execPath, ["--enable-source-maps", "dist/migrate.js"], { env })
  Object.assign(process.env, env)
  if (part === "worker") return become("dist/worker.js", [])
  const address = settings.publicUrl.replace(/\/+$/, "")
  console.log(`Sign in, once: ${address}/login/link?token=${newSignInToken(settings.dataDir)}`)
  // Next's own signal handling waits for open event streams for ever.
  process.env.NEXT_MANUAL_SIG_HANDLE = "true"
  await become("node_modules/next/dist/bin/next", ["start", "-H", settings.host, "-p", String(settings.port)])
}

/**
 * What the engine's health check asks: whether the part that runs in this container answers, and its database.
 * @param {string | undefined} part web unless it is "worker"
 */
async function checkHealth(part) {
  const { port, workerPort } = readSettings(process.env)
  const url = `http://127.0.0.1:${part === "worker" ? workerPort : port}/api/v1/health`
  const response = await fetch(url, { signal: AbortSignal.timeout(8000) }).catch(() => undefined)
  if (!response?.ok) throw new Problem(`No good answer from ${url}${response ? `: ${response.status}` : ""}.`)
}

/**
 * Goes on as another program, in this process: it gets the signals of the container, and its end is the container's.
 * @param {string} program below the checkout's folder @param {string[]} args
 */
async function become(program, args) {
  const file = join(root, program)
  process.setSourceMapsEnabled(true)
  process.chdir(root)
  process.argv = [process.execPath, file, ...args]
  await import(file)
}
