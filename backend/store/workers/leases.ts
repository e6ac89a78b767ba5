import { sql } from "drizzle-orm"

/** How long a lease lasts without a heartbeat. */
export const leaseSeconds = 30

/** Time between two heartbeats. */
export const heartbeatSeconds = 10

export const leaseEnd = sql`now() + make_interval(secs => ${leaseSeconds})`

/** Identifies a worker process, and where it runs. */
export interface WorkerName {
  /** Unique to the process and never reused, so it fences late writes of an earlier process with the same PID. */
  owner: string
  /** The worker can inspect processes and work dirs on this machine only. */
  machine: string
  /** The port of its inference gateway. A process can only be continued by a worker that serves the same port. */
  port: number
}
