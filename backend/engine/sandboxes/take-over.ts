import { readdir } from "node:fs/promises"
import path from "node:path"
import { isDeadProcess } from "../../base/machine.ts"
import { AgentLink } from "../../sandbox/agent-link.ts"
import type { Handle } from "../../sandbox/executor.ts"
import { endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import type { SandboxEnd, SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { listSandboxHosts } from "../../store/sandboxes/sandbox-hosts.ts"
import { adoptSandboxes, listWorkerSandboxes } from "../../store/sandboxes/sandbox-leases.ts"
import { findSandbox } from "../../store/sandboxes/sandboxes.ts"
import type { WorkerContext } from "../worker-context.ts"
import { clearSandbox } from "./clear-sandbox.ts"
import { KeptSandbox } from "./kept-sandbox.ts"
import { readEnd } from "./sandbox-end.ts"
import { sandboxPaths } from "./sandbox-spec.ts"

const workerLost: SandboxEnd = { status: "ERROR", errorType: "WORKER_LOST", errorMessage: "The worker that kept it is gone" }

/** Whether a sandbox has ended according to its row. */
export const hasEnded = ({ status }: SandboxRecord): boolean => status === "TERMINATED" || status === "ERROR"

/** Takes over the sandboxes of workers of this machine that are gone. @returns those whose process has lived on */
export async function takeOverSandboxes(context: WorkerContext, gatewayUrl: string): Promise<KeptSandbox[]> {
  const { services, executor, owner } = context
  const { db, config } = services
  for (const { worker } of await listSandboxHosts(db)) if (isDeadProcess(worker)) await adoptSandboxes(db, worker, owner, gatewayUrl)
  const alive: KeptSandbox[] = []
  for (const row of await listWorkerSandboxes(db, owner)) {
    if (hasEnded(row)) continue
    const handle = row.handle as unknown as Handle | null
    const state = handle ? await executor.inspect(handle) : null
    if (handle && state?.phase === "running" && row.status !== "PROVISIONING") {
      const link = await AgentLink.open(sandboxPaths(config, row.id).socket)
      alive.push(KeptSandbox.adopt(context, row, handle, link))
    } else await endSandboxes(db, [row.id], handle && state?.phase === "exited" ? await readEnd(handle, state, row) : workerLost)
  }
  return alive
}

/** Removes folders that belong to no sandbox of a live worker: a worker died between creating one and storing that. */
export async function sweepSandboxFolders(context: WorkerContext): Promise<void> {
  const { services, executor, owner } = context
  for (const id of await readdir(path.join(services.config.dataDir, "sandboxes")).catch(() => [])) {
    const row = await findSandbox(services.db, id)
    if (row && (!hasEnded(row) || (row.handle !== null && row.worker !== owner))) continue
    const { workDir } = sandboxPaths(services.config, id)
    await clearSandbox(context, id, { kind: row?.executor ?? executor.kind, id: `sandbox-${id}`, workDir })
  }
}
