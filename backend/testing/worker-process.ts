import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import path from "node:path"
import { fileURLToPath } from "node:url"
import { freePort } from "../../scripts/lib/free-port.mjs"
import { readConfig } from "../base/config.ts"
import { createPlatform } from "../platform.ts"
import { startWorker } from "../start-worker.ts"
import type { TestPlatform } from "./test-platform.ts"

/** What a worker in a process of its own needs to serve a test's platform: no checks, no processes that wait, nothing on the terminal. */
export const workerVariables = async ({ config }: Pick<TestPlatform, "config">): Promise<Record<string, string>> => ({
  DATABASE_URL: config.databaseUrl,
  DATA_DIR: config.dataDir,
  SECRET_KEY: config.secretKey.toString("hex"),
  FILES: path.join(config.dataDir, "files"),
  PYTHON_BASE: config.pythonBase as string,
  UV: config.uv,
  WORKER_PORT: String(await freePort()),
  LOG_LEVEL: "silent",
  MAX_CONCURRENT_CHECKS: "0",
  WARM_PROCESSES: "0",
})

/** A worker in a process of its own, to be killed or paused. `MACHINE` makes it believe that it is elsewhere. */
export async function startWorkerProcess(env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", fileURLToPath(import.meta.url)], {
    env: { ...process.env, NODE_ENV: "test", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  // It says that it is ready.
  await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, "data"),
    once(child, "exit").then(() => Promise.reject(new Error("a worker did not start"))),
  ])
  return child
}

async function main(): Promise<void> {
  const own = readConfig()
  const { MACHINE: machine } = process.env
  const config = machine ? { ...own, machine, workerName: own.workerName.replace(own.machine, machine) } : own
  const platform = createPlatform(config, "worker")
  const worker = await startWorker(platform, { stopRuns: config.stopRunsWithWorker })
  process.once("SIGTERM", async () => {
    await worker.stop()
    await platform.close()
    process.exit(0)
  })
  console.log("ready")
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
