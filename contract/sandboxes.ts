import * as z from "zod"
import { Id, JsonObject, QueryFlag, Timestamp } from "./common.ts"
import { limits } from "./limits.ts"
import { CheckpointId } from "./sandboxes/checkpoints.ts"
import { EgressRules } from "./sandboxes/egress-policy.ts"

export const SandboxStatus = z.enum(["PENDING", "PROVISIONING", "RUNNING", "PAUSED", "ERROR", "TERMINATED"]).meta({ id: "SandboxStatus" })
export type SandboxStatus = z.infer<typeof SandboxStatus>

/** Where commands start, and where the space that was asked for is. */
export const sandboxMountPath = "/workspace"

/** Whether a sandbox has come to its end. */
export const hasEnded = (status: SandboxStatus): boolean => status === "ERROR" || status === "TERMINATED"

const variables = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name is letters, digits and _ and does not start with a digit"),
  z.string().max(limits.secretValueBytesMax),
)

/** A line for the shell, or a program with its arguments. */
export const StartCommand = z.union([
  z.string().max(limits.commandCharactersMax),
  z.object({ executable: z.string().min(1).max(4096), args: z.array(z.string().max(limits.commandCharactersMax)).max(1000).default([]) }),
])
export type StartCommand = z.infer<typeof StartCommand>

/**
 * Prime's request. What this platform has no means for (GPUs, registry credentials) is refused by the service with a
 * sentence; the bounds of the numbers are Prime's, a deployment's own are narrower.
 */
export const CreateSandboxRequest = z
  .object({
    name: z.string().min(1).max(100),
    docker_image: z.string().min(1).max(500).nullish().describe("Needed, but with a checkpoint_id, whose sandbox had one"),
    checkpoint_id: CheckpointId.nullish().describe(
      "Starts with the files of this checkpoint, and has the image and the disk of its sandbox",
    ),
    start_command: StartCommand.nullish(),
    cpu_cores: z.number().min(0.1).max(16).default(1),
    memory_gb: z.number().min(0.1).max(64).default(2),
    disk_size_gb: z.number().min(0.1).max(1000).nullish().describe("10 when left out"),
    gpu_count: z.int().min(0).max(8).default(0),
    gpu_type: z.string().max(100).nullish(),
    vm: z
      .boolean()
      .default(false)
      .describe("Accepted for clients that always ask; the answer says false: nothing here is a virtual machine"),
    network_access: z.boolean().default(true),
    timeout_minutes: z
      .int()
      .min(-1)
      .max(1440)
      .refine((minutes) => minutes !== 0, "at least 1 minute, or -1 for as long as a sandbox may live")
      .default(60),
    environment_vars: variables.nullish(),
    secrets: variables.nullish(),
    labels: z.array(z.string().min(1).max(100)).max(50).default([]),
    team_id: z.string().nullish(),
    advanced_configs: JsonObject.nullish(),
    registry_credentials_id: z.string().max(100).nullish(),
    region: z.string().max(100).nullish(),
    guaranteed: z.boolean().default(false),
    idempotency_key: z.string().min(1).max(128).nullish(),
    // Newer than the public reference; the SDK sends them.
    idle_timeout_minutes: z.int().min(1).max(1440).nullish(),
    network_allowlist: EgressRules.nullish().describe("The only destinations that it may reach; [] for none at all"),
    network_denylist: EgressRules.nullish().describe("It may reach every destination but these"),
  })
  .refine(({ network_allowlist, network_denylist }) => !(network_allowlist && network_denylist), {
    message: "network_allowlist and network_denylist exclude each other: give one of them",
    path: ["network_denylist"],
  })
  .superRefine(({ checkpoint_id, docker_image, disk_size_gb }, context) => {
    const given = { docker_image, disk_size_gb }
    if (!checkpoint_id && !docker_image)
      context.addIssue({ code: "custom", message: "is needed, unless checkpoint_id is given", path: ["docker_image"] })
    if (checkpoint_id)
      for (const [field, value] of Object.entries(given))
        if (value != null) context.addIssue({ code: "custom", message: "leave it out: the checkpoint has one", path: [field] })
  })
  .meta({ id: "CreateSandboxRequest" })
export type CreateSandboxRequest = z.infer<typeof CreateSandboxRequest>

export const Sandbox = z
  .object({
    id: Id,
    name: z.string(),
    dockerImage: z.string(),
    startCommand: StartCommand.nullable(),
    cpuCores: z.number(),
    memoryGB: z.number(),
    diskSizeGB: z.number(),
    diskMountPath: z.string(),
    gpuCount: z.int(),
    gpuType: z.string().nullable(),
    vm: z.boolean(),
    networkAccess: z.boolean(),
    networkAllowlist: z.array(z.string()).nullable(),
    networkDenylist: z.array(z.string()).nullable(),
    status: SandboxStatus,
    timeoutMinutes: z.int(),
    environmentVars: JsonObject.nullable(),
    advancedConfigs: JsonObject.nullable(),
    labels: z.array(z.string()),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    startedAt: Timestamp.nullable(),
    terminatedAt: Timestamp.nullable(),
    exitCode: z.int().nullable(),
    errorType: z.string().nullable(),
    errorMessage: z.string().nullable(),
    userId: z.string().nullable(),
    teamId: z.string().nullable(),
    kubernetesJobId: z.string().nullable(),
    region: z.string().nullable(),
    registryCredentialsId: z.string().nullable(),
    // Extensions
    idleTimeoutMinutes: z.int().nullish(),
    evaluationId: z.string().nullish().describe("The run whose code made it; it ends with the run"),
    executor: z.string().nullish().describe("How it is kept apart: bubblewrap or docker"),
    checkpointId: z.string().nullish().describe("The checkpoint that its first files are from"),
    hasImage: z.boolean().nullish().describe("Whether it has the image that was asked for, or the platform's own system"),
  })
  .meta({ id: "SandboxResponse" })
export type Sandbox = z.infer<typeof Sandbox>

export const ListSandboxesQuery = z.object({
  team_id: z.string().nullish(),
  user_id: z.string().nullish(),
  status: SandboxStatus.nullish(),
  is_active: z.union([z.boolean(), QueryFlag]).nullish(),
  labels: z
    .preprocess((value) => (typeof value === "string" ? [value] : value), z.array(z.string()).max(50))
    .nullish()
    .describe("Sandboxes that have all of these labels"),
  page: z.coerce.number().int().min(1).default(1),
  per_page: z.coerce.number().int().min(1).max(1000).default(50),
})
export type ListSandboxesQuery = z.infer<typeof ListSandboxesQuery>

export const ListSandboxesResponse = z
  .object({ sandboxes: z.array(Sandbox), total: z.int(), page: z.int(), per_page: z.int(), has_next: z.boolean() })
  .meta({ id: "SandboxListResponse" })
export type ListSandboxesResponse = z.infer<typeof ListSandboxesResponse>

export const BatchSandboxStatusRequest = z
  .object({ sandbox_ids: z.array(z.string().max(100)).min(1).max(100) })
  .meta({ id: "BatchSandboxStatusRequest" })

/** What waits for sandboxes asks of many at once. */
export const BatchSandboxStatusResponse = z
  .object({
    statuses: z.array(
      z.object({ sandbox_id: Id, status: SandboxStatus, error_type: z.string().nullable(), error_message: z.string().nullable() }),
    ),
    errors: z.array(z.object({ sandbox_id: z.string(), code: z.enum(["NOT_FOUND", "FORBIDDEN", "MANAGED"]), message: z.string() })),
  })
  .meta({ id: "BatchSandboxStatusResponse" })
export type BatchSandboxStatusResponse = z.infer<typeof BatchSandboxStatusResponse>

export const DeleteSandboxResponse = z.object({ success: z.boolean(), message: z.string() }).meta({ id: "DeleteSandboxResponse" })

export const BulkDeleteSandboxesRequest = z
  .object({
    sandbox_ids: z.array(z.string()).min(1).max(500).nullish(),
    labels: z.array(z.string()).min(1).max(50).nullish(),
    team_id: z.string().nullish(),
    user_id: z.string().nullish(),
    all_users: z.boolean().default(false),
  })
  .meta({ id: "BulkDeleteSandboxRequest" })
export type BulkDeleteSandboxesRequest = z.infer<typeof BulkDeleteSandboxesRequest>

export const BulkDeleteSandboxesResponse = z
  .object({ succeeded: z.array(z.string()), failed: z.array(z.record(z.string(), z.string())), message: z.string() })
  .meta({ id: "BulkDeleteSandboxResponse" })
export type BulkDeleteSandboxesResponse = z.infer<typeof BulkDeleteSandboxesResponse>

export const SandboxAuth = z
  .object({ token: z.string(), gateway_url: z.string(), user_ns: z.string(), job_id: z.string(), expires_at: Timestamp })
  .meta({ id: "SandboxAuthResponse" })
export type SandboxAuth = z.infer<typeof SandboxAuth>

export const SandboxLogs = z.object({ logs: z.string() }).meta({ id: "SandboxLogsResponse" })

export const SandboxErrorContext = z
  .object({ status: z.string().nullable(), errorType: z.string().nullable(), errorMessage: z.string().nullable() })
  .meta({ id: "SandboxErrorContextResponse" })
export type SandboxErrorContext = z.infer<typeof SandboxErrorContext>

export const ExposePortRequest = z
  .object({ port: z.int().min(22).max(9000), name: z.string().max(50).nullish(), protocol: z.string().default("HTTP") })
  .meta({ id: "ExposePortRequest" })
export type ExposePortRequest = z.infer<typeof ExposePortRequest>

const ExposedPort = z
  .object({
    exposure_id: z.string(),
    sandbox_id: z.string(),
    port: z.int(),
    name: z.string().nullable(),
    url: z.string(),
    tls_socket: z.string(),
    external_port: z.int().nullable(),
    external_endpoint: z.string().nullable(),
    protocol: z.string(),
    created_at: Timestamp,
  })
  .meta({ id: "ExposedPortInfo" })
export type ExposedPort = z.infer<typeof ExposedPort>

export const ExposePortResponse = ExposedPort.meta({ id: "ExposePortResponse" })

export const ListExposedPortsResponse = z.object({ exposures: z.array(ExposedPort) }).meta({ id: "ListExposedPortsResponse" })

export const UnexposePortResponse = z.object({ success: z.boolean(), message: z.string() }).meta({ id: "UnexposePortResponse" })

export const CreateSshSessionRequest = z.object({ ttl_seconds: z.int().min(1).max(3600).nullish() }).meta({ id: "CreateSSHSessionRequest" })

export const SshSession = z
  .object({
    session_id: z.string(),
    exposure_id: z.string(),
    sandbox_id: z.string(),
    host: z.string(),
    port: z.int(),
    external_endpoint: z.string(),
    expires_at: Timestamp,
    ttl_seconds: z.int(),
    gateway_url: z.string(),
    user_ns: z.string(),
    job_id: z.string(),
    token: z.string(),
  })
  .meta({ id: "SSHSessionResponse" })

/** What a run's page shows of a sandbox: nothing that its owner alone may see. */
export const RunSandbox = z
  .object({
    sandbox_id: Id,
    name: z.string(),
    docker_image: z.string(),
    status: SandboxStatus,
    executor: z.string().nullable(),
    has_image: z.boolean(),
    error_message: z.string().nullable(),
    created_at: Timestamp,
    started_at: Timestamp.nullable(),
    terminated_at: Timestamp.nullable(),
  })
  .meta({ id: "RunSandbox" })
export type RunSandbox = z.infer<typeof RunSandbox>

export const ListRunSandboxesResponse = z
  .object({
    evaluation_id: Id,
    sandboxes: z.array(RunSandbox).describe("The newest ones"),
    total: z.int(),
    active: z.int(),
    seconds: z.number().describe("Time that all of them have been there, added up"),
  })
  .meta({ id: "ListRunSandboxesResponse" })
export type ListRunSandboxesResponse = z.infer<typeof ListRunSandboxesResponse>
