import { rm } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { AgentLink } from "../../sandbox/agent-link.ts"
import type { Executor, Handle, Inspection } from "../../sandbox/executor.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { updateSandboxHandle } from "../../store/sandboxes/sandbox-leases.ts"
import type { WorkerContext } from "../worker-context.ts"
import { fetchArchive } from "./checkpoints/fetch-archive.ts"
import { prepareSandbox, sandboxPaths } from "./sandbox-spec.ts"

const connectsWithinMs = 30_000
/** With the files of a checkpoint to unpack first. */
const restoresWithinMs = 15 * 60_000
const lookEveryMs = 50

/** What a sandbox that is being started consists of so far. */
export interface SandboxParts {
  handle: Handle | null
  link: AgentLink | null
}

/**
 * Starts a sandbox's process and waits for its agent. `parts` is filled on the way, so that whatever happens can be undone.
 * @returns how the process ended, when it did before its agent answered; null when the agent is there
 * @throws Refusal when the agent does not answer in time
 */
export async function startSandboxProcess(
  context: WorkerContext,
  row: SandboxRecord,
  parts: SandboxParts,
): Promise<{ handle: Handle; state: Inspection } | null> {
  const { services, executor, python } = context
  const { socket, archive } = sandboxPaths(services.config, row.id)
  const spec = await prepareSandbox(context, row, python.base)
  await fetchArchive(services, row, archive)
  const link = await AgentLink.open(socket)
  parts.link = link
  const handle = await executor.start(spec)
  parts.handle = handle
  await updateSandboxHandle(services.db, row.id, { ...handle }, handle.image !== undefined)
  const connected = link.ready(row.checkpointId ? restoresWithinMs : connectsWithinMs).then(async () => {
    await rm(archive, { force: true })
    return null
  })
  return Promise.race([connected, untilEnd(executor, handle, connected).then((state) => ({ handle, state }))])
}

/** Resolves when the process ends; never when `other` settles first. */
async function untilEnd(executor: Executor, handle: Handle, other: Promise<unknown>): Promise<Inspection> {
  let isOver = false
  const settle = () => {
    isOver = true
  }
  void other.then(settle, settle)
  for (;;) {
    const state = await executor.inspect(handle)
    if (state.phase !== "running") return state
    if (isOver) return new Promise(() => {})
    await sleep(lookEveryMs)
  }
}
