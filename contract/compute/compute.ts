import * as z from "zod"
import { Id, Timestamp } from "../common.ts"

const Amount = z.object({ total: z.number(), used: z.number().nullable().describe("By whomever; null where that is not told") })

/** What an executor said of itself when it was asked last. */
export const ComputeReport = z
  .object({
    nodes: z.object({ total: z.int(), up: z.int() }).nullable(),
    cpu_cores: Amount.nullable(),
    memory_gb: Amount.nullable(),
    gpus: Amount.nullable(),
    jobs: z.object({ running: z.int(), waiting: z.int() }).nullable().describe("In its queue, those of others too"),
    notes: z.array(z.string()).describe("What its operator should know, in sentences"),
  })
  .meta({ id: "ComputeReport" })
export type ComputeReport = z.infer<typeof ComputeReport>

const ComputeRun = z.object({
  evaluation_id: Id,
  name: z.string(),
  status: z.string(),
  is_waiting: z.boolean().describe("For its turn here, or for its executor's"),
  detail: z.string().nullable().describe("What it waits for, or what it is doing"),
  since: Timestamp,
})
export type ComputeRun = z.infer<typeof ComputeRun>

/** A place where runs run. */
export const ComputeExecutor = z
  .object({
    name: z.string().describe("As `executor` of a run's configuration names it"),
    kind: z.string(),
    is_default: z.boolean(),
    reachable: z.boolean().nullable().describe("null before a worker has asked it"),
    trouble: z.string().nullable().describe("Why it is not reachable; for admins of the platform"),
    reported_at: Timestamp.nullable(),
    report: ComputeReport.nullable(),
    max: z
      .object({
        cpu_cores: z.number().nullable(),
        memory_gb: z.number().nullable(),
        disk_size_gb: z.number().nullable(),
        gpu_count: z.number().nullable(),
      })
      .describe("The most that a run may ask for; null: what the engine itself takes"),
    running: z.int().describe("Runs of this platform, of everybody"),
    waiting: z.int(),
    runs: z.array(ComputeRun).describe("Of the caller's, for admins of everybody's: the 50 that have waited or run for longest"),
    errors: z
      .array(z.object({ evaluation_id: Id, at: Timestamp, message: z.string() }))
      .describe("Attempts that it lost, the last five of those runs"),
  })
  .meta({ id: "ComputeExecutor" })
export type ComputeExecutor = z.infer<typeof ComputeExecutor>

export const Compute = z
  .object({ executors: z.array(ComputeExecutor), scope: z.enum(["all", "own"]).describe("Whose runs are listed") })
  .meta({ id: "Compute" })
export type Compute = z.infer<typeof Compute>
