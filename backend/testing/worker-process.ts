import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { readConfig } from "../base/config.ts"
import { createPlatform } from "../platform.ts"
import { startWorker } from "../start-worker.ts"

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
