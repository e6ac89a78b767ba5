import { type RunSandbox, type Sandbox, sandboxMountPath } from "../../../contract/index.ts"
import type { SandboxRecord } from "../../store/sandboxes/sandbox.ts"

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

/** A sandbox as the API shows it to those who may use it. */
export const toSandbox = (row: SandboxRecord): Sandbox => ({
  id: row.id,
  name: row.name,
  dockerImage: row.image,
  startCommand: row.startCommand,
  cpuCores: row.cpuCores,
  memoryGB: row.memoryGb,
  diskSizeGB: row.diskGb,
  diskMountPath: sandboxMountPath,
  gpuCount: 0,
  gpuType: null,
  vm: false,
  networkAccess: row.networkAccess,
  networkAllowlist: row.networkAllowlist,
  networkDenylist: row.networkDenylist,
  status: row.status,
  timeoutMinutes: row.timeoutMinutes,
  environmentVars: row.environmentVars,
  advancedConfigs: row.advancedConfigs,
  labels: row.labels,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  startedAt: iso(row.startedAt),
  terminatedAt: iso(row.terminatedAt),
  exitCode: row.exitCode,
  errorType: row.errorType,
  errorMessage: row.errorMessage,
  userId: row.userId,
  teamId: row.teamId,
  kubernetesJobId: null,
  region: row.region,
  registryCredentialsId: null,
  idleTimeoutMinutes: row.idleTimeoutMinutes,
  evaluationId: row.evaluationId,
  executor: row.executor,
  checkpointId: row.checkpointId,
  hasImage: row.hasImage,
})

export const toRunSandbox = (row: SandboxRecord): RunSandbox => ({
  sandbox_id: row.id,
  name: row.name,
  docker_image: row.image,
  status: row.status,
  executor: row.executor,
  has_image: row.hasImage,
  error_message: row.errorMessage,
  created_at: row.createdAt.toISOString(),
  started_at: iso(row.startedAt),
  terminated_at: iso(row.terminatedAt),
})
