import { readConfig } from "./base/config.ts"
import { toError } from "./base/errors.ts"
import { startTracing, stopTracing } from "./base/tracing/tracing.ts"
import { createPlatform } from "./platform.ts"
import { NoSandbox } from "./sandbox/choose.ts"
import { publishSamples } from "./seed.ts"
import { startWorker } from "./start-worker.ts"

/** The worker process. SIGTERM shuts it down cleanly. */
await startTracing("worker")
const platform = createPlatform(readConfig(), "worker")
const { config, log } = platform.services

let worker: Awaited<ReturnType<typeof startWorker>> | undefined
let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await worker?.stop().catch((error: unknown) => log.error({ error: toError(error).stack }, "the worker did not stop cleanly"))
  await platform.close()
  await stopTracing()
  process.exit(0)
}
process.once("SIGTERM", stop)
process.once("SIGINT", stop)

// Before the worker's port answers: `npm start` waits for it, and a platform that says it is ready has its sample environments.
await platform.ownerId()
await publishSamples(platform).catch((error: unknown) =>
  log.error({ error: toError(error).stack }, "the sample environments could not be published"),
)
worker = await startWorker(platform, { stopRuns: config.stopRunsWithWorker }).catch((error: unknown) => {
  if (!(error instanceof NoSandbox)) throw error
  log.fatal(error.message)
  process.exit(1)
})
