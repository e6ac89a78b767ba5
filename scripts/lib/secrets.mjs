import { randomBytes, randomInt } from "node:crypto"
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { codeOf } from "./say.mjs"

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** Makes the data folder, closed to other users (others may at most pass through). @param {string} dataDir */
export function makeDataDir(dataDir) {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  if (statSync(dataDir).mode & 0o066) chmodSync(dataDir, 0o700)
}

const newApiKey = () => `he_${Array.from({ length: 40 }, () => BASE62[randomInt(BASE62.length)]).join("")}`
const newSecret = () => randomBytes(32).toString("hex")

/** @param {string} file @param {string} value */
function store(file, value) {
  writeFileSync(file, `${value}\n`, { mode: 0o600 })
  chmodSync(file, 0o600)
}

/** @param {string} file @param {() => string} make */
function readOrMake(file, make) {
  try {
    const value = readFileSync(file, "utf8").trim()
    if (value) return value
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
  }
  const value = make()
  store(file, value)
  return value
}

/**
 * The API key of the first user: API_KEY wins and is written down, so that the file always has the key in use.
 * @param {string} dataDir @param {NodeJS.ProcessEnv} env
 */
export function apiKey(dataDir, env) {
  const file = join(dataDir, "api-key")
  if (env.API_KEY) store(file, env.API_KEY)
  return env.API_KEY || readOrMake(file, newApiKey)
}

/** Encrypts stored secrets; losing it loses them. @param {string} dataDir @param {NodeJS.ProcessEnv} env */
export const secretKey = (dataDir, env) => env.SECRET_KEY || readOrMake(join(dataDir, "secret-key"), newSecret)

/** Signs browser sessions. @param {string} dataDir @param {NodeJS.ProcessEnv} env */
export const sessionSecret = (dataDir, env) => env.NEXTAUTH_SECRET || readOrMake(join(dataDir, "session-secret"), newSecret)
