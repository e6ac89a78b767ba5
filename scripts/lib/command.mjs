import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { bundleCommands } from "./build.mjs"
import { installPackages } from "./install.mjs"
import { checkNode } from "./machine.mjs"
import { startPostgres } from "./postgres/postgres.mjs"
import { complain } from "./say.mjs"
import { makeDataDir, secretKey } from "./secrets.mjs"
import { loadEnvFile, readSettings, root } from "./settings.mjs"
import { withCheckoutLock } from "./setup.mjs"

/**
 * Runs a command for operators on the platform's database and files, whether the platform runs or not. Its exit code becomes ours.
 * @param {string} name as backend/operate.ts knows it
 */
export async function runCommand(name) {
  try {
    loadEnvFile()
    checkNode()
    const settings = readSettings(process.env)
    makeDataDir(settings.dataDir)
    await withCheckoutLock(async () => {
      // Those of a platform that runs stay as they are.
      if (!existsSync(join(root, "node_modules"))) await installPackages(settings)
      await bundleCommands()
    })
    const postgres = settings.databaseUrl ? undefined : await startPostgres({ dataDir: settings.dataDir })
    try {
      process.exitCode = await operate([name, ...process.argv.slice(2)], {
        ...process.env,
        DATABASE_URL: settings.databaseUrl ?? postgres?.url,
        DATA_DIR: settings.dataDir,
        SECRET_KEY: secretKey(settings.dataDir, process.env),
      })
    } finally {
      // That of a platform that runs stays.
      await postgres?.stop()
    }
  } catch (error) {
    complain(error)
    process.exitCode = 1
  }
}

/** @param {string[]} args @param {NodeJS.ProcessEnv} env @returns {Promise<number>} */
function operate(args, env) {
  const child = spawn(process.execPath, ["--enable-source-maps", "dist/operate.js", ...args], { cwd: root, env, stdio: "inherit" })
  // Ctrl-C reaches the child by itself; what we started has to be stopped after it.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) process.on(signal, () => child.kill(signal))
  return new Promise((done, fail) => {
    child.once("error", fail)
    child.once("exit", (code) => done(code ?? 1))
  })
}
