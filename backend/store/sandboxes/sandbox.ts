import type { SandboxStatus } from "../../../contract/index.ts"
import type { NewOf, Selected } from "../fields.ts"
import { sandboxes } from "../schema.ts"

export const sandboxFields = {
  id: sandboxes.id,
  userId: sandboxes.userId,
  teamId: sandboxes.teamId,
  evaluationId: sandboxes.evaluationId,
  isInstance: sandboxes.isInstance,
  name: sandboxes.name,
  image: sandboxes.image,
  checkpointId: sandboxes.checkpointId,
  startCommand: sandboxes.startCommand,
  cpuCores: sandboxes.cpuCores,
  memoryGb: sandboxes.memoryGb,
  diskGb: sandboxes.diskGb,
  networkAccess: sandboxes.networkAccess,
  networkAllowlist: sandboxes.networkAllowlist,
  networkDenylist: sandboxes.networkDenylist,
  networkGeneration: sandboxes.networkGeneration,
  networkApplied: sandboxes.networkApplied,
  timeoutMinutes: sandboxes.timeoutMinutes,
  idleTimeoutMinutes: sandboxes.idleTimeoutMinutes,
  environmentVars: sandboxes.environmentVars,
  sealedSecrets: sandboxes.sealedSecrets,
  advancedConfigs: sandboxes.advancedConfigs,
  region: sandboxes.region,
  labels: sandboxes.labels,
  idempotencyKey: sandboxes.idempotencyKey,
  idempotencyHash: sandboxes.idempotencyHash,
  status: sandboxes.status,
  exitCode: sandboxes.exitCode,
  errorType: sandboxes.errorType,
  errorMessage: sandboxes.errorMessage,
  logTail: sandboxes.logTail,
  worker: sandboxes.worker,
  gatewayUrl: sandboxes.gatewayUrl,
  executor: sandboxes.executor,
  hasImage: sandboxes.hasImage,
  handle: sandboxes.handle,
  createdAt: sandboxes.createdAt,
  updatedAt: sandboxes.updatedAt,
  startedAt: sandboxes.startedAt,
  terminatedAt: sandboxes.terminatedAt,
  seconds: sandboxes.seconds,
}

/** A sandbox that was made through the API. */
export type SandboxRecord = Selected<typeof sandboxFields>
export type NewSandbox = NewOf<typeof sandboxFields>

/** How a sandbox came to its end. */
export interface SandboxEnd {
  status: "TERMINATED" | "ERROR"
  errorType: string | null
  errorMessage: string | null
  exitCode?: number | null
}

export const endedStatuses: SandboxStatus[] = ["TERMINATED", "ERROR"]
