import type { Handle } from "../../sandbox/executor.ts"
import { spooledBy } from "../remote/spooled.ts"
import { stateOfShards } from "../shards/shard-states.ts"
import type { WorkerContext } from "../worker-context.ts"
import type { AttemptState } from "./attempt-state.ts"
import { fileSpool, type Spool } from "./spool.ts"

type Context = Pick<WorkerContext, "executor" | "remote" | "services">

/** Where an attempt lives. With shards it is several processes, and has none of its own. */
export interface AttemptHandle extends Handle {
  shards?: Handle[]
}

export async function inspectAttempt(context: Context, handle: AttemptHandle): Promise<AttemptState> {
  if (handle.shards) return stateOfShards(await Promise.all(handle.shards.map((one) => inspectAttempt(context, one))))
  return handle.remote ? context.remote.inspect(handle) : context.executor.inspect(handle)
}

/** Ends an attempt and all that it started, wherever it is; returns when it is gone, or can write nothing more. */
export async function stopAttempt(context: Context, handle: AttemptHandle, graceMs: number): Promise<void> {
  if (handle.shards) await Promise.all(handle.shards.map((one) => stopAttempt(context, one, graceMs)))
  else if (handle.remote) await context.remote.stop(handle, graceMs)
  else await context.executor.stop(handle, graceMs)
}

/** Why the engine of other machines ended an attempt, in its words; null where there is none, or it does not say. */
export async function engineReason({ remote }: Pick<Context, "remote">, handle: AttemptHandle): Promise<string | null> {
  const reasons = await Promise.all((handle.shards ?? [handle]).map((one) => (one.remote ? remote.reasonOf(one) : null)))
  return [...new Set(reasons.filter(Boolean))].join("; ") || null
}

/** What one process wrote. */
export const spoolOf = (context: Context, handle: Handle): Spool =>
  handle.remote ? spooledBy(context.services, handle.id) : fileSpool(handle.workDir)
