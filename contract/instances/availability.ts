import * as z from "zod"

/** How much of one thing a machine gives: a number within these bounds. */
const Amount = z.object({
  minCount: z.int().nullable(),
  defaultCount: z.int().nullable(),
  maxCount: z.int().nullable(),
  pricePerUnit: z.number().nullable(),
  step: z.int().nullable(),
  defaultIncludedInPrice: z.boolean().nullable(),
  additionalInfo: z.string().nullable(),
})

/** One kind of machine to choose. A machine without GPUs is a CPU_NODE, of which one is given: `gpuCount` counts machines then. */
export const Availability = z
  .object({
    cloudId: z.string(),
    gpuType: z.string(),
    socket: z.string().nullable(),
    provider: z.string().nullable(),
    dataCenter: z.string().nullable(),
    country: z.string().nullable(),
    gpuCount: z.int(),
    gpuMemory: z.int().describe("GB of each GPU; 0 without one"),
    disk: Amount.describe("GB"),
    vcpu: Amount,
    memory: Amount.describe("GB"),
    internetSpeed: z.number().nullable(),
    interconnect: z.int().nullable(),
    interconnectType: z.string().nullable(),
    provisioningTime: z.int().nullable(),
    stockStatus: z.enum(["Available", "Unavailable"]),
    security: z.string().nullable(),
    prices: z.object({
      onDemand: z.number().nullable().describe("US dollars an hour"),
      communityPrice: z.number().nullable(),
      isVariable: z.boolean().nullable(),
      currency: z.string().nullable(),
    }),
    images: z.array(z.string()).nullable(),
    isSpot: z.boolean().nullable(),
    prepaidTime: z.int().nullable(),
  })
  .meta({ id: "GPUAvailability" })
export type Availability = z.infer<typeof Availability>

const listOf = z.preprocess((value) => (typeof value === "string" ? [value] : value), z.array(z.string().max(100)).max(50)).nullish()

export const AvailabilityQuery = z.object({
  regions: listOf,
  gpu_type: z.string().max(100).nullish(),
  gpu_count: z.coerce.number().int().min(1).max(1000).nullish(),
  disks: listOf,
  page: z.coerce.number().int().min(1).max(100_000).default(1),
  page_size: z.coerce.number().int().min(1).max(100).default(100),
})
export type AvailabilityQuery = z.infer<typeof AvailabilityQuery>

export const AvailabilityPage = z.object({ items: z.array(Availability), totalCount: z.int() }).meta({ id: "AvailabilityResponse" })
export type AvailabilityPage = z.infer<typeof AvailabilityPage>

/** Disks that could be had by themselves: none. */
export const DiskAvailabilityPage = z.object({ items: z.array(z.never()), totalCount: z.int() }).meta({ id: "DiskAvailabilityResponse" })

export const AvailabilitySummary = z.record(z.string(), z.array(Availability)).meta({ id: "AvailabilitySummary" })
