import * as z from "zod"
import { Id, PageQuery, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** Prime's words for the states of an instance. */
export const InstanceStatus = z.enum(["PENDING", "PROVISIONING", "ACTIVE", "ERROR", "TERMINATED"]).meta({ id: "InstanceStatus" })
export type InstanceStatus = z.infer<typeof InstanceStatus>

const Variable = z.object({
  key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "a variable's name is letters, digits and _ and does not start with a digit"),
  value: z.string().max(limits.secretValueBytesMax),
})

/** Prime's request, with two fields of ours that end an instance by itself. What this platform has no means for is refused by the service. */
export const CreateInstanceRequest = z
  .object({
    pod: z.object({
      name: z
        .string()
        .min(1)
        .max(100)
        .regex(/^[\w .-]+$/, "letters, digits, spaces and . _ -")
        .nullish(),
      cloudId: z.string().max(100).describe("Of an entry of /availability/gpus"),
      gpuType: z.string().max(100),
      socket: z.string().max(100).nullish(),
      gpuCount: z.int().min(0).max(1000).default(1),
      diskSize: z.number().positive().max(100_000).nullish().describe("GB"),
      vcpus: z.number().positive().max(10_000).nullish(),
      memory: z.number().positive().max(100_000).nullish().describe("GB"),
      image: z.string().min(1).max(500).nullish(),
      dataCenterId: z.string().max(100).nullish(),
      maxPrice: z.number().min(0).nullish().describe("US dollars an hour; refused where an hour costs more"),
      country: z.string().max(100).nullish(),
      security: z.string().max(100).nullish(),
      jupyterPassword: z.string().max(1000).nullish(),
      autoRestart: z.boolean().nullish(),
      customTemplateId: z.string().max(100).nullish(),
      envVars: z.array(Variable).max(limits.secretsMax).nullish(),
      // Extensions
      hours: z.number().positive().max(8760).nullish().describe("Its end, counted from its start"),
      budgetUsd: z.number().positive().max(limits.budgetUsdMax).nullish().describe("It ends before it has cost more"),
    }),
    provider: z.object({ type: z.string().max(100).nullish() }).nullish(),
    disks: z.array(z.string().max(100)).max(100).nullish(),
    team: z.object({ teamId: z.string().max(100) }).nullish(),
    sharedWithTeam: z.boolean().nullish(),
    teamMemberIds: z.array(z.string().max(100)).max(1000).nullish(),
  })
  .meta({ id: "CreatePodRequest" })
export type CreateInstanceRequest = z.infer<typeof CreateInstanceRequest>

const common = {
  providerType: z.string(),
  priceHr: z.number().nullable().describe("US dollars an hour; null where nothing is charged"),
}
const connection = {
  sshConnection: z.string().nullable().describe("NAME@HOST -p PORT, as ssh takes it; null while it cannot be reached"),
  ip: z.string().nullable(),
  primePortMapping: z.null(),
  installationFailure: z.string().nullable(),
  installationProgress: z.int().nullable(),
}

export const Instance = z
  .object({
    id: Id,
    name: z.string(),
    ...common,
    ...connection,
    gpuName: z.string(),
    gpuCount: z.int(),
    socket: z.string().nullable(),
    type: z.string(),
    status: InstanceStatus,
    installationStatus: z.string().nullable(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    userId: z.string(),
    teamId: z.string().nullable(),
    walletId: z.string().nullable(),
    resources: z.object({ vcpus: z.number(), memory: z.number(), disk: z.number() }).describe("Processors, GB, GB"),
    attachedResources: z.null(),
    environmentType: z.string().describe("The image that it has in fact"),
    jupyterPassword: z.null(),
    stoppedPriceHr: z.null(),
    provisioningPriceHr: z.null(),
    basePriceHr: z.number().nullable(),
    baseCurrency: z.string(),
    customTemplateId: z.null(),
    isSpot: z.boolean(),
    autoRestart: z.boolean(),
    // Extensions
    startedAt: Timestamp.nullable(),
    endsAt: Timestamp.nullable().describe("When it ends by itself; null before it has started"),
    hours: z.number().describe("How long it may be there, from its start"),
    budgetUsd: z.number().nullable(),
    costUsd: z.number(),
    evaluationId: z.string().nullable().describe("The run whose code made it; it ends with the run"),
    terminatedAt: Timestamp.nullable(),
    endReason: z.string().nullable(),
    hostKeyFingerprint: z.string().nullable().describe("Of the platform's SSH door, as ssh shows it"),
    mayEnd: z.boolean().describe("Whether the caller may terminate it"),
  })
  .meta({ id: "Pod" })
export type Instance = z.infer<typeof Instance>

export const ListInstancesQuery = PageQuery.extend({
  team_id: z.string().nullish().describe("Those of a team; otherwise the caller's own"),
})
export type ListInstancesQuery = z.infer<typeof ListInstancesQuery>

const page = { total_count: z.int(), offset: z.int(), limit: z.int() }
export const ListInstancesResponse = z.object({ ...page, data: z.array(Instance) }).meta({ id: "PodList" })
export type ListInstancesResponse = z.infer<typeof ListInstancesResponse>

export const InstanceStatusesQuery = z.object({
  pod_ids: z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(z.string().max(100)).min(1).max(100)),
})
export const InstanceStatuses = z
  .object({ data: z.array(z.object({ podId: Id, status: InstanceStatus, ...common, ...connection })) })
  .meta({ id: "PodStatuses" })
export type InstanceStatuses = z.infer<typeof InstanceStatuses>

export const FormerInstance = z
  .object({
    id: Id,
    name: z.string(),
    providerType: z.string(),
    provisionedBy: z.string().nullable(),
    type: z.string(),
    createdAt: Timestamp,
    terminatedAt: Timestamp.nullable(),
    gpuName: z.string(),
    gpuCount: z.int(),
    socket: z.string().nullable(),
    priceHr: z.number(),
    userId: z.string(),
    teamId: z.string().nullable(),
    totalBilledPrice: z.number(),
    // Extensions
    status: InstanceStatus,
    endReason: z.string().nullable(),
    evaluationId: z.string().nullable(),
  })
  .meta({ id: "PodHistoryEntry" })
export type FormerInstance = z.infer<typeof FormerInstance>

export const ListFormerInstancesResponse = z.object({ ...page, data: z.array(FormerInstance) }).meta({ id: "PodHistory" })
export type ListFormerInstancesResponse = z.infer<typeof ListFormerInstancesResponse>

export const DeletedInstance = z.object({ id: Id, status: z.string() }).meta({ id: "DeletePodResponse" })
