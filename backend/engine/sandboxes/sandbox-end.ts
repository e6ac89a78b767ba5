import path from "node:path"
import { type Handle, type Inspection, workFiles } from "../../sandbox/executor.ts"
import type { SandboxEnd, SandboxRecord } from "../../store/sandboxes/sandbox.ts"
import { readLastLines } from "./log-tail.ts"

type Size = Pick<SandboxRecord, "memoryGb" | "diskGb" | "startCommand">

/** What the end of its process means for a sandbox; with its last words, which are mostly the reason. */
export async function readEnd({ workDir }: Handle, state: Inspection, row: Size): Promise<SandboxEnd> {
  return endOf(state, row, await readLastLines(path.join(workDir, workFiles.output)))
}

/** What the end of its process means for a sandbox. */
export function endOf(state: Inspection, { memoryGb, diskGb, startCommand }: Size, lastLines = ""): SandboxEnd {
  if (state.phase !== "exited") return failed("PROCESS_LOST", "Its process is gone and did not say why")
  const { code, signal, limit } = state
  if (limit === "memory") return failed("OOM_KILLED", `It used more than its ${memoryGb} GB of memory (memory_gb)`)
  if (limit === "disk") return failed("DISK_LIMIT", `It wrote more than its ${diskGb} GB (disk_size_gb)`)
  if (limit === "output") return failed("OUTPUT_LIMIT", "Its start command printed without end")
  if (code === 0) return { status: "TERMINATED", errorType: null, errorMessage: "Its start command ended", exitCode: 0 }
  const program = startCommand === null ? "Its process" : "Its start command"
  const how = [`${program} ended with ${signal ?? `exit code ${code}`}`, lastLines].filter(Boolean).join(": ")
  return { ...failed("START_COMMAND_FAILED", how), exitCode: code }
}

const failed = (errorType: string, errorMessage: string): SandboxEnd => ({ status: "ERROR", errorType, errorMessage })

export const endForRoom = failed("DISK_FULL", "The disk of its machine was nearly full, and of all that ran there it took the most room")

/** Why a running sandbox has to end now; null while it may stay. */
export function expiryOf(
  {
    startedAt,
    timeoutMinutes,
    idleTimeoutMinutes,
    isInstance,
  }: Pick<SandboxRecord, "startedAt" | "timeoutMinutes" | "idleTimeoutMinutes" | "isInstance">,
  /** When its last request ended; null while one is under way. */
  idleSince: number | null,
  now: number,
): SandboxEnd | null {
  if (startedAt && now > startedAt.getTime() + timeoutMinutes * 60_000)
    return {
      status: "TERMINATED",
      errorType: "TIMEOUT",
      errorMessage: `Its time was up after ${minutes(timeoutMinutes)} (${isInstance ? "hours, or budgetUsd" : "timeout_minutes"})`,
    }
  if (idleTimeoutMinutes !== null && idleSince !== null && now > idleSince + idleTimeoutMinutes * 60_000) {
    const errorMessage = `Nobody used it for ${minutes(idleTimeoutMinutes)} (idle_timeout_minutes)`
    return { status: "TERMINATED", errorType: "IDLE_TIMEOUT", errorMessage }
  }
  return null
}

const minutes = (count: number): string => (count === 1 ? "1 minute" : `${count} minutes`)
