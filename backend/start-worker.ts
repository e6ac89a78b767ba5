import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { serve } from "@hono/node-server"
import { getConnInfo } from "@hono/node-server/conninfo"
import { Hono } from "hono"
import { listeningHosts } from "./base/config.ts"
import { WarmProcesses } from "./engine/attempt/warm-processes.ts"
import { keepDiskRoom } from "./engine/disk-room.ts"
import type { Engine } from "./engine/engine.ts"
import { PythonEnvironments, pythonBase } from "./engine/install/python-environments.ts"
import { WakeLoop } from "./engine/queue/wake-loop.ts"
import { enginesOf } from "./engine/remote/engines.ts"
import { RemoteAttempts } from "./engine/remote/remote-attempts.ts"
import type { RemoteEngine } from "./engine/remote/remote-engine.ts"
import { SandboxHost } from "./engine/sandboxes/host.ts"
import { TunnelHost } from "./engine/tunnels/host.ts"
import { Worker } from "./engine/worker.ts"
import type { WorkerContext } from "./engine/worker-context.ts"
import { sandboxGateway } from "./http/sandbox-gateway.ts"
import { TunnelProxy } from "./http/tunnels/tunnel-proxy.ts"
import { createDemoApp } from "./inference/demo/app.ts"
import { createLocalApp } from "./inference/local/app.ts"
import { LocalModel } from "./inference/local/local-model.ts"
import type { Platform } from "./platform.ts"
import { chooseExecutor } from "./sandbox/choose.ts"
import { deleteExpired } from "./services/retention/delete-expired.ts"
import { launchDue } from "./services/schedules/launch-scheduled.ts"

const schedulesEveryMs = 5000
const retentionEveryMs = 10 * 60_000

/**
 * Starts the engine, and beside it the API on a port of its own for what must not go through Next: inference, big uploads.
 * @throws Error when isolation is demanded and there is none
 * @param stopRuns end the runs' processes when the worker stops (they go on at the next start), instead of leaving them to another worker
 * @param engines those of other machines; the ones that the operator has set up unless given
 */
export async function startWorker(
  platform: Platform,
  { stopRuns, engines = enginesOf(platform.services.config) }: { stopRuns: boolean; engines?: RemoteEngine[] },
): Promise<{ stop: () => Promise<void> }> {
  const { config, log } = platform.services
  const executor = await chooseExecutor(config.sandbox, log, {
    python: pythonBase(config),
    programs: path.join(config.root, "runner/src/sandbox"),
    folder: path.join(config.dataDir, "runs"),
  })
  const tunnels = new TunnelHost(platform.services, config.workerName)
  let sandboxes: SandboxHost | null = null
  const proxy = new TunnelProxy(
    platform.services,
    () => tunnels.callsPort,
    () => sandboxes,
  )
  const proxyServer = await proxy.serve()
  const context: WorkerContext = {
    services: platform.services,
    executor,
    python: new PythonEnvironments(config, executor),
    remote: new RemoteAttempts(platform.services, engines),
    owner: config.workerName,
    machine: config.machine,
    stopRuns,
    tunnelProxyPort: (proxyServer.address() as AddressInfo).port,
  }
  const engine: Engine = { ...context, warm: new WarmProcesses(context), tunnels }
  const worker = new Worker(engine)
  const host = new SandboxHost(engine)
  sandboxes = host
  const demo = createDemoApp({ latencyScale: config.demoLatency })
  const localModel = config.localModelFolder ? new LocalModel(config.localModelFolder, config, log) : null
  const { fetch } = new Hono()
    .route("/demo", demo)
    .route("/local", localModel ? createLocalApp(localModel) : new Hono())
    .route("/sandboxes", sandboxGateway(host, { secretKey: config.secretKey, log }))
    .all("*", (c) => platform.fetch(c.req.raw, null, getConnInfo(c).remote.address ?? "unknown"))
  const servers = listeningHosts(config.host).map((hostname) => serve({ hostname, port: config.workerPort, fetch }))
  for (const server of servers) proxy.attachToPlain(server as Server)
  await tunnels.start()
  await host.start()
  await worker.start()
  // Not before something can carry out what is launched. "work" also comes when a version is published.
  const schedules = new WakeLoop({
    turn: () => launchDue(platform.services),
    everyMs: schedulesEveryMs,
    onError: (error) => log.warn({ error: error.message }, "cannot look for scheduled runs at the moment"),
  })
  const unsubscribe = platform.services.signals.on("work", () => schedules.wake())
  const retention: WakeLoop = new WakeLoop({
    turn: async () => {
      if (await deleteExpired(platform.services)) retention.wake()
    },
    everyMs: retentionEveryMs,
    onError: (error) => log.warn({ error: error.message }, "runs that are older than they are kept cannot be deleted at the moment"),
  })
  const room = keepDiskRoom(engine, () => [...worker.diskUsers(), ...host.diskUsers()])
  log.info({ port: config.workerPort, owner: config.workerName }, "the worker is ready")
  return {
    async stop() {
      unsubscribe()
      await Promise.all([schedules.stop(), retention.stop()])
      await room.stop()
      await worker.stop()
      await host.stop()
      await tunnels.stop()
      await localModel?.stop()
      for (const server of [...servers, proxyServer]) server.close()
    },
  }
}
