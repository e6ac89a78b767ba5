import type { SandboxStatus } from "../../../contract/index.ts"
import type { sandboxes } from "../schema.ts"

export type SandboxRecord = typeof sandboxes.$inferSelect

/** How a sandbox came to its end. */
export interface SandboxEnd {
  status: "TERMINATED" | "ERROR"
  errorType: string | null
  errorMessage: string | null
  exitCode?: number | null
}

export const endedStatuses: SandboxStatus[] = ["TERMINATED", "ERROR"]
