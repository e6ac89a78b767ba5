import path from "node:path"
import { serve } from "@hono/node-server"
import { Hono } from "hono"
import { PythonEnvironments } from "./engine/python-environments.ts"
import { SandboxHost } from "./engine/sandboxes/host.ts"
import { Worker } from "./engine/worker.ts"
import { sandboxGateway } from "./http/sandbox-gateway.ts"
import { createDemoApp } from "./inference/demo/app.ts"
import type { Platform } from "./platform.ts"
import { processExecutor } from "./sandbox/process.ts"

/**
 * Starts the engine, and beside it the API on a port of its own for what must not go through Next: inference, big uploads.
 * @param stopRuns end the runs' processes when the worker stops (they go on at the next start), instead of leaving them to another worker
 */
export async function startWorker(platform: Platform, { stopRuns }: { stopRuns: boolean }): Promise<{ stop: () => Promise<void> }> {
  const { config, log } = platform.services
  const python = new PythonEnvironments(config)
  const executor = processExecutor({ python: python.base, shim: path.join(config.root, "runner/src/hosted_runner/shim.py") })
  const worker = new Worker({ services: platform.services, executor, python, owner: config.workerName, stopRuns })
  const sandboxes = new SandboxHost({
    services: platform.services,
    executor,
    python: python.base,
    owner: config.workerName,
    stopWithWorker: stopRuns,
  })
  const demo = createDemoApp({ latencyScale: config.demoLatency })
  const server = serve({
    hostname: config.host,
    port: config.workerPort,
    fetch: new Hono()
      .route("/demo", demo)
      .route("/sandboxes", sandboxGateway(sandboxes, { secretKey: config.secretKey, log }))
      .all("*", (c) => platform.fetch(c.req.raw, null)).fetch,
  })
  await sandboxes.start()
  await worker.start()
  log.info({ port: config.workerPort, owner: config.workerName }, "the worker is ready")
  return {
    async stop() {
      await worker.stop()
      await sandboxes.stop()
      server.close()
    },
  }
}
