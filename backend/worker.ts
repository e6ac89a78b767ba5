import path from "node:path"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { readConfig } from "./base/config.ts"
import { toError } from "./base/errors.ts"
import type { Engine } from "./engine/engine.ts"
import { PythonEnvironments } from "./engine/python-environments.ts"
import { Worker } from "./engine/worker.ts"
import { createDemoApp } from "./inference/demo/app.ts"
import { createPlatform } from "./platform.ts"
import { processExecutor } from "./sandbox/process.ts"
import { publishSamples } from "./seed.ts"

/** The worker process: the engine, and beside it the API on a port of its own for what must not go through Next. */
const config = readConfig()
const platform = createPlatform(config, "worker")
const { log } = platform.services

const server = serve({
  hostname: config.host,
  port: config.workerPort,
  fetch: new Hono().route("/demo", createDemoApp({ latencyScale: config.demoLatency })).all("*", (c) => platform.fetch(c.req.raw, null))
    .fetch,
})

const python = new PythonEnvironments(config)
const engine: Engine = {
  services: platform.services,
  executor: processExecutor({ python: python.base, shim: path.join(config.root, "runner/src/hosted_runner/shim.py") }),
  python,
  owner: config.workerName,
  stopRuns: process.env.RUNS_ON_STOP === "stop",
}
const worker = new Worker(engine)

let stopping = false
async function stop(): Promise<void> {
  if (stopping) return
  stopping = true
  await worker.stop().catch((error: unknown) => log.error({ error: toError(error).stack }, "the worker did not stop in order"))
  server.close()
  await platform.close()
  process.exit(0)
}
process.once("SIGTERM", stop)
process.once("SIGINT", stop)

await platform.ownerId()
await worker.start()
log.info({ port: config.workerPort, owner: config.workerName }, "the worker is ready")
await publishSamples(platform).catch((error: unknown) =>
  log.error({ error: toError(error).stack }, "the sample environments could not be published"),
)
