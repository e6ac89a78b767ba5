import { existsSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { Problem } from "./say.mjs"

/** The folder of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

/**
 * Reads .env into process.env; variables that are set already win. Next would read the file for the web process alone,
 * and web and worker would then disagree.
 */
export function loadEnvFile() {
  const file = join(root, ".env")
  if (existsSync(file)) process.loadEnvFile(file)
}

/** Environment variables by name. @typedef {Record<string, string | undefined>} Variables */

/** @param {string} name @param {string | undefined} value @param {number} fallback */
function port(name, value, fallback) {
  const number = value ? Number(value) : fallback
  if (Number.isInteger(number) && number > 0 && number < 65536) return number
  throw new Problem(`${name}=${value} is not a port: use a number from 1 to 65535.`)
}

/**
 * What the launcher needs to know, from the environment.
 * @param {Variables} env
 * @param {{ workerAlone?: boolean }} [options] a worker alone must be told what the platform's other processes use
 */
export function readSettings(env, { workerAlone = false } = {}) {
  const webPort = port("PORT", env.PORT, 3000)
  const workerPort = port("WORKER_PORT", env.WORKER_PORT, webPort + 1)
  if (webPort === workerPort) throw new Problem(`PORT and WORKER_PORT are both ${webPort}: choose two different ports.`)
  if (env.PLATFORM_URL && !env.PLATFORM_API_KEY) {
    throw new Problem("PLATFORM_URL is set but PLATFORM_API_KEY is not: set it to an API key of that platform.")
  }
  for (const name of workerAlone ? ["DATABASE_URL", "SECRET_KEY"] : []) {
    if (!env[name]) throw new Problem(`${name} is not set: a worker alone needs the one of the platform that it works for.`)
  }
  if (workerAlone && env.PLATFORM_URL)
    throw new Problem("PLATFORM_URL is set: a worker works for its own database, not for another platform.")
  if (env.LOCAL_MODEL && !["0", "1"].includes(env.LOCAL_MODEL))
    throw new Problem(`LOCAL_MODEL=${env.LOCAL_MODEL} is neither: use 1 for the model that runs on this machine, or 0 to leave it out.`)
  return {
    workerAlone,
    host: env.HOST || "127.0.0.1",
    port: webPort,
    workerPort,
    dataDir: resolve(root, env.DATA_DIR || ".data"),
    publicUrl: env.PUBLIC_URL || `http://localhost:${webPort}`,
    /** The address of another platform; then only the dashboard runs here. */
    remote: env.PLATFORM_URL || undefined,
    databaseUrl: env.DATABASE_URL || undefined,
    withLocalModel: !env.PLATFORM_URL && env.LOCAL_MODEL !== "0",
    /** A Python environment prepared by someone else (the test run does this), so that it is not made twice. */
    python: env.PYTHON_BASE && env.UV ? { python: env.PYTHON_BASE, uv: env.UV } : undefined,
  }
}

/** @typedef {ReturnType<typeof readSettings>} Settings */
