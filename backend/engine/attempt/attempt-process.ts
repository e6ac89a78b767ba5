import type { Handle } from "../../sandbox/executor.ts"
import { spooledBy } from "../remote/spooled.ts"
import type { WorkerContext } from "../worker-context.ts"
import type { AttemptState } from "./attempt-state.ts"
import { fileSpool, type Spool } from "./spool.ts"

type Context = Pick<WorkerContext, "executor" | "remote" | "services">

export const inspectAttempt = (context: Context, handle: Handle): Promise<AttemptState> =>
  handle.remote ? context.remote.inspect(handle) : context.executor.inspect(handle)

/** Ends an attempt and all that it started, wherever it is; returns when it is gone, or can write nothing more. */
export const stopAttempt = (context: Context, handle: Handle, graceMs: number): Promise<void> =>
  handle.remote ? context.remote.stop(handle, graceMs) : context.executor.stop(handle, graceMs)

/** What an attempt wrote. */
export const spoolOf = (context: Context, handle: Handle): Spool =>
  handle.remote ? spooledBy(context.services, handle.id) : fileSpool(handle.workDir)
