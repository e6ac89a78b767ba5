// How long `npm start` takes on a machine that has never seen it: a clone of the last commit, an empty home, empty caches.
//   npm run bench -- start
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { freePort } from "../scripts/lib/free-port.mjs"
import { root } from "../scripts/lib/settings.mjs"

/** What the launcher says of a step, and at the end. */
const STEP = /^\s*[\d.]+ s {2}(.+): done in ([\d.]+) s$/
const READY = /is ready after ([\d.]+) s/

/** @param {string[]} _args */
export async function start(_args) {
  const folder = mkdtempSync(join(tmpdir(), "he-bench-start-"))
  const [home, checkout] = [join(folder, "home"), join(folder, "checkout")]
  mkdirSync(home)
  execFileSync("git", ["clone", "--quiet", root, checkout])
  // Only what a new account has, and how this machine reaches the network.
  const kept = Object.entries(process.env).filter(([name]) =>
    /^(PATH|LANG|LC_.*|.*_PROXY|SSL_.*|NODE_EXTRA_CA_CERTS|PIP_CERT)$/i.test(name),
  )
  const env = {
    ...Object.fromEntries(kept),
    HOME: home,
    npm_config_cache: join(home, ".npm"),
    PORT: String(await freePort()),
    WORKER_PORT: String(await freePort()),
    LOCAL_MODEL: "0",
  }
  const child = spawn("npm", ["start"], { cwd: checkout, env: /** @type {any} */ (env), stdio: ["ignore", "pipe", "inherit"] })
  const ended = new Promise((done) => child.once("exit", done))
  try {
    /** @type {[name: string, seconds: number][]} */
    const steps = []
    let ready = 0
    for await (const line of createInterface({ input: child.stdout })) {
      const [, name, seconds] = STEP.exec(line) ?? []
      if (name) steps.push([name, Number(seconds)])
      ready = Number(READY.exec(line)?.[1] ?? 0)
      if (ready) break
    }
    if (!ready) throw new Error("npm start ended before it was ready.")
    const width = Math.max(...steps.map(([name]) => name.length))
    for (const [name, seconds] of steps)
      console.log(`${name.padEnd(width)} ${seconds.toFixed(1).padStart(6)} s ${((100 * seconds) / ready).toFixed(0).padStart(4)} %`)
    console.log(
      `${"Ready".padEnd(width)} ${ready.toFixed(1).padStart(6)} s. Python and npm run side by side, and so do Python and the build.`,
    )
  } finally {
    child.kill("SIGTERM")
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}
