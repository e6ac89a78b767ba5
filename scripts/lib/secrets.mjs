import { randomBytes, randomInt } from "node:crypto"
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { codeOf, Problem } from "./say.mjs"

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
  const value = env.API_KEY || readOrMake(file, newApiKey)
  if (value.length < 16) throw new Problem(`${env.API_KEY ? "API_KEY" : file} is too short: it must have at least 16 characters.`)
  if (env.API_KEY) store(file, value)
  return value
}

/**
 * Encrypts stored secrets; losing it loses them, so a file that is there is never replaced, whatever is in it.
 * @param {string} dataDir @param {NodeJS.ProcessEnv} env
 */
export function secretKey(dataDir, env) {
  const file = join(dataDir, "secret-key")
  const value = env.SECRET_KEY || (existsSync(file) ? readFileSync(file, "utf8").trim() : readOrMake(file, newSecret))
  if (/^[0-9a-f]{64}$/.test(value)) return value
  const [name, cure] = env.SECRET_KEY
    ? ["SECRET_KEY", "set the one that the stored secrets were encrypted with"]
    : [file, "restore it from a backup, or delete it to make a new one, which loses all stored secrets"]
  throw new Problem(`${name} holds no key of 64 hexadecimal digits: ${cure}.`)
}

const SESSION_SECRET_CHARACTERS = 16

/** Signs browser sessions. @param {string} dataDir @param {NodeJS.ProcessEnv} env */
export function sessionSecret(dataDir, env) {
  const value = env.NEXTAUTH_SECRET || readOrMake(join(dataDir, "session-secret"), newSecret)
  if (value.length >= SESSION_SECRET_CHARACTERS) return value
  const name = env.NEXTAUTH_SECRET ? "NEXTAUTH_SECRET" : join(dataDir, "session-secret")
  throw new Problem(`${name} is too short to sign sessions: it must have at least ${SESSION_SECRET_CHARACTERS} characters.`)
}

/**
 * A new token for the link that signs the operator's browser in, once; the web process removes the file when it is used.
 * @param {string} dataDir
 */
export function newSignInToken(dataDir) {
  const token = newSecret()
  store(join(dataDir, "sign-in-token"), token)
  return token
}
