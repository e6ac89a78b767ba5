import type { FormerInstance, Instance, InstanceStatus, InstanceStatuses, SandboxStatus } from "../../../contract/index.ts"
import { readHostKeyFingerprint } from "../../store/instances/host-key.ts"
import type { InstanceRecord } from "../../store/instances/instance.ts"
import type { Context } from "../context.ts"
import { mayEnd } from "../identity/made-by.ts"
import { cpuNode, hostSystem, provider } from "./offer.ts"

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

const statuses: Record<SandboxStatus, InstanceStatus> = {
  PENDING: "PENDING",
  PROVISIONING: "PROVISIONING",
  RUNNING: "ACTIVE",
  PAUSED: "PROVISIONING",
  ERROR: "ERROR",
  TERMINATED: "TERMINATED",
}

/** How an instance is reached, as far as it can be. */
function connectionOf({ id, sandbox, sshAddress }: InstanceRecord) {
  const isActive = sandbox.status === "RUNNING"
  const at = sshAddress?.lastIndexOf(":") ?? -1
  const host = isActive && sshAddress ? sshAddress.slice(0, at).replace(/^\[|\]$/g, "") : null
  return {
    sshConnection: host === null ? null : `${id}@${host} -p ${sshAddress?.slice(at + 1)}`,
    ip: host,
    primePortMapping: null,
    installationFailure: sandbox.status === "ERROR" ? sandbox.errorMessage : null,
    installationProgress: isActive ? 100 : null,
  }
}

const price = ({ usdPerHour }: InstanceRecord) => ({ providerType: provider, priceHr: usdPerHour > 0 ? usdPerHour : null })

/** Instances as the API shows them to those who may use them. */
export async function toInstances(ctx: Context, rows: InstanceRecord[]): Promise<Instance[]> {
  const hostKeyFingerprint = await readHostKeyFingerprint(ctx.db)
  return rows.map((row) => ({ ...fieldsOf(row), hostKeyFingerprint, mayEnd: mayEnd(ctx, row) }))
}

export const toInstance = async (ctx: Context, row: InstanceRecord): Promise<Instance> => (await toInstances(ctx, [row]))[0] as Instance

function fieldsOf(row: InstanceRecord): Omit<Instance, "hostKeyFingerprint" | "mayEnd"> {
  const { sandbox } = row
  return {
    id: row.id,
    name: row.name,
    ...price(row),
    ...connectionOf(row),
    gpuName: cpuNode,
    gpuCount: 1,
    socket: null,
    type: "HOSTED",
    status: statuses[sandbox.status],
    installationStatus: sandbox.status === "RUNNING" ? "FINISHED" : null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: sandbox.updatedAt.toISOString(),
    userId: row.userId,
    teamId: row.teamId,
    walletId: null,
    resources: { vcpus: sandbox.cpuCores, memory: sandbox.memoryGb, disk: sandbox.diskGb },
    attachedResources: null,
    environmentType: sandbox.hasImage ? sandbox.image : hostSystem,
    jupyterPassword: null,
    stoppedPriceHr: null,
    provisioningPriceHr: null,
    basePriceHr: price(row).priceHr,
    baseCurrency: "USD",
    customTemplateId: null,
    isSpot: false,
    autoRestart: false,
    startedAt: iso(sandbox.startedAt),
    endsAt: sandbox.startedAt && new Date(sandbox.startedAt.getTime() + sandbox.timeoutMinutes * 60_000).toISOString(),
    hours: row.hours,
    budgetUsd: row.budgetUsd,
    costUsd: row.costUsd,
    evaluationId: row.evaluationId,
    terminatedAt: iso(sandbox.terminatedAt),
    endReason: sandbox.errorMessage,
  }
}

export const toInstanceStatus = (row: InstanceRecord | undefined): InstanceStatuses["data"][number] | undefined =>
  row && { podId: row.id, status: statuses[row.sandbox.status], ...price(row), ...connectionOf(row) }

export const toFormerInstance = (row: InstanceRecord): FormerInstance => ({
  id: row.id,
  name: row.name,
  providerType: provider,
  provisionedBy: row.userId,
  type: "HOSTED",
  createdAt: row.createdAt.toISOString(),
  terminatedAt: iso(row.sandbox.terminatedAt),
  gpuName: cpuNode,
  gpuCount: 1,
  socket: null,
  priceHr: row.usdPerHour,
  userId: row.userId,
  teamId: row.teamId,
  totalBilledPrice: row.costUsd,
  status: statuses[row.sandbox.status],
  endReason: row.sandbox.errorMessage,
  evaluationId: row.evaluationId,
})
