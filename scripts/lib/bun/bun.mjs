import { execFile } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { run } from "../children.mjs"
import { hashOf } from "../hash.mjs"
import { withLock } from "../lock.mjs"
import { isComplete, make } from "../python.mjs"

const source = dirname(fileURLToPath(import.meta.url))
const files = ["package.json", "package-lock.json"]
/** A line that is slower than this is no quicker with bun than with npm. */
const INSTALL_MS = 5 * 60_000

/**
 * Fetches bun, by the hash that our lockfile has of it, unless it is here.
 * @param {string} dataDir
 * @returns {Promise<string>} its path @throws Error where there is none for this machine, or it cannot be fetched
 */
async function prepareBun(dataDir) {
  const folder = join(dataDir, "bun", hashOf(...files.map((name) => readFileSync(join(source, name)))).slice(0, 12))
  const machine = `${process.platform}-${process.arch === "arm64" ? "aarch64" : process.arch}`
  const program = join(folder, `node_modules/@oven/bun-${machine}/bin/bun`)
  if (!isComplete(folder)) {
    mkdirSync(dirname(folder), { recursive: true })
    await withLock(`${folder}.lock`, () =>
      make(folder, "Installing bun", async () => {
        mkdirSync(folder)
        for (const name of files) copyFileSync(join(source, name), join(folder, name))
        await run("npm ci of bun", "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder })
      }),
    )
  }
  if (!existsSync(program)) throw new Error(`there is none for ${machine}`)
  return program
}

/**
 * Installs what a package-lock.json names, in a tenth of the time that npm takes. Hashes are compared, and no script of a package is run.
 * @param {string} folder with package.json and package-lock.json, which stay as they are
 * @param {{ dataDir: string, dev: boolean }} options dataDir: where bun is kept, and what it has fetched
 */
export async function installWithBun(folder, { dataDir, dev }) {
  const [program, network] = await Promise.all([prepareBun(dataDir), networkOfNpm()])
  const env = { ...process.env, ...network, BUN_INSTALL_CACHE_DIR: join(dataDir, "bun/cache"), DO_NOT_TRACK: "1" }
  const chosen = dev ? [] : ["--production"]
  await run("bun install", program, ["install", "--frozen-lockfile", "--ignore-scripts", ...chosen], {
    cwd: folder,
    env,
    timeoutMs: INSTALL_MS,
  })
}

/** How npm reaches its registry, as variables that bun knows: it does not read all of npm's files. */
async function networkOfNpm() {
  const names = { registry: "NPM_CONFIG_REGISTRY", "https-proxy": "HTTPS_PROXY", cafile: "NODE_EXTRA_CA_CERTS" }
  const { stdout } = await promisify(execFile)("npm", ["config", "get", ...Object.keys(names)], { timeout: 30_000 })
  const set = Object.fromEntries(stdout.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]))
  return Object.fromEntries(
    Object.entries(names).flatMap(([name, variable]) => (set[name] && set[name] !== "null" ? [[variable, set[name]]] : [])),
  )
}
