import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { run } from "./children.mjs"
import { hashOf } from "./hash.mjs"
import { withLock } from "./lock.mjs"
import { findPython } from "./machine.mjs"
import { step } from "./say.mjs"
import { root } from "./settings.mjs"

const UV = "uv==0.13.9"
const PYTEST = "pytest==9.2.0"
const TEST_TOOLS = [PYTEST, "ruff==0.17.6", "schemathesis==4.32.5", "reasoning-gym==0.1.25"]
/** A server that speaks S3. What it needs does not agree with what the runner is pinned to. */
const S3_SERVER = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"]
/** What tests bring a cluster up with. */
const RAY = { requirements: ["ray[default]==2.60.0"], before: "2026-11-29" }
/**
 * The CLI that the API is tested with, and an old one that many still have. Their dependencies are open ranges, and later packages
 * no longer have what they import, so everything is taken from the index as it was shortly after the release.
 */
const PRIME_CLI = { requirements: ["prime==0.18.0"], before: "2026-11-29" }
const OLD_PRIME_CLI = { requirements: ["prime==0.6.26", "typer<0.26"], before: "2026-08-25" }

/** What uploads traces: the library with its own uploader, and a CLI that reads them. The runner's tests for tasksets run there, too. */
const TRACE_CLIENTS = {
  requirements: ["verifiers==0.4.0", "datasets", "prime-runs==0.1.4", "prime-traces==0.0.10", "prime==0.18.0", PYTEST],
  before: "2026-11-29",
}

/**
 * Makes the Python that runs evaluations: uv in one virtual environment, verifiers and its pinned dependencies in another.
 * The folder's name carries a hash of everything that went into it, so nothing is ever changed in place and a second call does
 * no work at all. A folder counts only once its .complete file is there: an interrupted one is made again from the start.
 * @param {{
 *   dataDir: string,
 *   dev?: boolean,
 *   compile?: boolean,
 *   python?: { path: string, version: string },
 *   requirements?: string,
 *   constraints?: string,
 * }} options dev adds the tools of the test run in an environment of their own; compile: false leaves the bytecode to `compilePython`, for whoever
 *   starts the platform and is waiting: it is most of the work
 * @returns {Promise<{ uv: string, python: string }>} paths of uv and of the environment's python
 */
export async function preparePython({
  dataDir,
  dev = false,
  compile = true,
  python,
  requirements = join(root, "runner/requirements.txt"),
  constraints = join(root, "runner/constraints.txt"),
}) {
  const { path, version } = python ?? (await findPython())
  const home = join(dataDir, "python")
  const tools = join(home, `tools-${hashOf(path, version, UV).slice(0, 12)}`)
  const uv = join(tools, "bin/uv")
  const extra = dev ? TEST_TOOLS : []
  const key = hashOf(path, version, UV, readFileSync(constraints), readFileSync(requirements), ...extra).slice(0, 12)
  const base = join(home, `${dev ? "dev" : "base"}-${key}`)
  const result = { uv, python: join(base, "bin/python") }
  if (isComplete(tools) && isComplete(base) && (!compile || isCompiled(base))) return result

  // Beside the environments, so that uv can link files into them instead of copying.
  const env = { ...process.env, UV_CACHE_DIR: join(home, "uv-cache"), UV_PYTHON_DOWNLOADS: "never", VIRTUAL_ENV: undefined }
  mkdirSync(home, { recursive: true })
  await withLock(join(home, "lock"), async () => {
    await make(tools, "Installing uv", async () => {
      await run("python -m venv", path, ["-m", "venv", tools])
      await run("pip install uv", join(tools, "bin/python"), ["-m", "pip", "install", "--quiet", UV])
    })
    await make(base, dev ? "Installing Python packages for tests" : "Installing Python packages", async () => {
      await run("uv venv", uv, ["venv", "--no-project", "--python", path, base], { cwd: home, env })
      const files = ["--constraints", constraints, "--requirements", requirements]
      const install = ["pip", "install", "--python", result.python, ...files, ...extra]
      await run("uv pip install", uv, install, { cwd: home, env })
    })
    if (compile) await compilePython(result.python)
  })
  return result
}

/**
 * Compiles the packages of an environment, unless that was done: until then each process that imports them does it once more. An environment
 * may be in use meanwhile, because each file appears as a whole.
 * @param {string} python of the environment
 * @param {{ niceness?: number }} [options]
 */
export async function compilePython(python, { niceness = 0 } = {}) {
  const folder = dirname(dirname(python))
  if (isCompiled(folder)) return
  await run("Compiling Python packages", python, ["-I", "-S", "-c", COMPILE, join(folder, "lib")], { niceness })
  writeFileSync(join(folder, ".compiled"), "")
}

/** Packages may come with files for another Python, which do not compile and which nobody imports. */
const COMPILE = "import compileall, sys; compileall.compile_dir(sys.argv[1], quiet=2)"

/** @param {string} folder */
const isCompiled = (folder) => existsSync(join(folder, ".compiled"))

/**
 * Makes the environment with the prime CLI that tests drive, in a folder named by what went into it.
 * @param {{ dataDir: string, uv: string, python: string, old?: boolean }} options old: the old one
 * @returns {Promise<string>} path of the prime command
 */
export const preparePrimeCli = ({ old = false, ...place }) =>
  prepareProgram({ ...place, name: old ? "an old prime CLI" : "the prime CLI", program: "prime", ...(old ? OLD_PRIME_CLI : PRIME_CLI) })

/**
 * Makes the environment with the S3 server that tests start.
 * @param {{ dataDir: string, uv: string, python: string }} place
 * @returns {Promise<string>} path of the server
 */
export const prepareS3Server = (place) =>
  prepareProgram({ ...place, name: "the S3 server for tests", program: "moto_server", requirements: S3_SERVER })

/**
 * Makes the environment with the Ray that tests start.
 * @param {{ dataDir: string, uv: string, python: string }} place
 * @returns {Promise<string>} path of the ray command
 */
export const prepareRay = (place) => prepareProgram({ ...place, name: "Ray for tests", program: "ray", ...RAY })

/**
 * Makes the environment with the programs that upload and read traces.
 * @param {{ dataDir: string, uv: string, python: string }} place
 * @returns {Promise<string>} path of vf-eval; prime and python are beside it
 */
export const prepareTraceClients = (place) =>
  prepareProgram({ ...place, name: "verifiers 0.4 and what uploads its traces", program: "vf-eval", ...TRACE_CLIENTS })

/**
 * Installs a Python program into an environment of its own.
 * @param {{ dataDir: string, uv: string, python: string, name: string, program: string, requirements: string[], before?: string }} options
 *   before: packages as they were on that day
 */
async function prepareProgram({ dataDir, uv, python, name, program, requirements, before }) {
  const home = join(dataDir, "python")
  const folder = join(home, `${program}-${hashOf(python, ...requirements, before ?? "").slice(0, 12)}`)
  const path = join(folder, "bin", program)
  if (isComplete(folder)) return path
  const env = { ...process.env, UV_CACHE_DIR: join(home, "uv-cache"), UV_PYTHON_DOWNLOADS: "never", VIRTUAL_ENV: undefined }
  await withLock(join(home, "lock"), () =>
    make(folder, `Installing ${name}`, async () => {
      await run("uv venv", uv, ["venv", "--no-project", "--python", python, folder], { cwd: home, env })
      const install = ["pip", "install", "--python", join(folder, "bin/python"), "--compile-bytecode", ...requirements]
      await run("uv pip install", uv, [...install, ...(before ? ["--exclude-newer", before] : [])], { cwd: home, env })
    }),
  )
  return path
}

/** True for a folder that was made to its end. @param {string} folder */
export const isComplete = (folder) => existsSync(join(folder, ".complete"))

/**
 * Makes a folder, from the start if it was begun before, and marks it as complete.
 * @param {string} folder @param {string} title @param {() => Promise<void>} work
 */
export async function make(folder, title, work) {
  if (isComplete(folder)) return
  rmSync(folder, { recursive: true, force: true })
  await step(title, work)
  writeFileSync(join(folder, ".complete"), "")
}
