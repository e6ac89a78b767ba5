import type { Availability, AvailabilityPage, AvailabilityQuery } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findInstanceSupport } from "../../store/instances/instances.ts"
import type { Context } from "../context.ts"

/** What an instance has where its executor does not find the image that was asked for: the system of the worker's machine. */
export const hostSystem = "host_system"
/** Prime's word for a machine without GPUs. */
export const cpuNode = "CPU_NODE"
export const provider = "local"
/** The one kind of machine that there is: a part of a worker's own. */
export const cloudId = "local-sandbox"

/** @throws ServiceError where the operator has switched instances off */
export function requireInstances({ config }: Context): void {
  if (config.instances.perUser > 0) return
  throw new ServiceError("not_offered", "The operator of this platform has switched instances off (INSTANCES_PER_USER is 0)")
}

/** Bounds and defaults of what an instance is given: processors, GB of memory, GB of disk. */
export function sizes({ config }: Pick<Context, "config">) {
  const { cpuCores, memoryGb, diskGb } = config.sandboxes
  const of = (max: number, usual: number) => ({ min: Math.min(1, max), max, usual: Math.min(usual, max) })
  return { vcpus: of(cpuCores, 1), memory: of(memoryGb, 2), diskSize: of(diskGb, 10) }
}

/** A page of the machines that instances can be had on. @throws ServiceError where the operator has switched instances off */
export async function listAvailability(ctx: Context, query: AvailabilityQuery): Promise<AvailabilityPage> {
  const offer = await makeOffer(ctx)
  const fits =
    !query.regions?.length &&
    !query.disks?.length &&
    (!query.gpu_type || query.gpu_type === cpuNode) &&
    (!query.gpu_count || query.gpu_count === offer.gpuCount)
  const items = fits ? [offer] : []
  return { items: query.page === 1 ? items : [], totalCount: items.length }
}

/** Machines by their type. @throws ServiceError where the operator has switched instances off */
export const summarizeAvailability = async (ctx: Context): Promise<Record<string, Availability[]>> => ({
  [cpuNode]: [await makeOffer(ctx)],
})

async function makeOffer(ctx: Context): Promise<Availability> {
  requireInstances(ctx)
  const { offered } = await findInstanceSupport(ctx.db)
  const { vcpus, memory, diskSize } = sizes(ctx)
  const none = { pricePerUnit: null, step: 1, defaultIncludedInPrice: true, additionalInfo: null }
  // The CLI takes whole numbers.
  const amount = ({ min, max, usual }: { min: number; max: number; usual: number }) => ({
    minCount: Math.ceil(min),
    defaultCount: Math.max(1, Math.floor(usual)),
    maxCount: Math.max(1, Math.floor(max)),
    ...none,
  })
  return {
    cloudId,
    gpuType: cpuNode,
    socket: null,
    provider,
    dataCenter: null,
    country: null,
    gpuCount: 1,
    gpuMemory: 0,
    disk: amount(diskSize),
    vcpu: amount(vcpus),
    memory: amount(memory),
    internetSpeed: null,
    interconnect: null,
    interconnectType: null,
    provisioningTime: null,
    stockStatus: offered ? "Available" : "Unavailable",
    security: null,
    prices: { onDemand: ctx.config.instances.usdPerHour, communityPrice: null, isVariable: false, currency: "USD" },
    images: [hostSystem],
    isSpot: false,
    prepaidTime: null,
  }
}
