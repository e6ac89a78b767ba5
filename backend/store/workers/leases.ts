import { sql } from "drizzle-orm"

/** How long a worker owns what it claimed without saying that it lives. */
export const leaseSeconds = 30

/** How often it says so. */
export const heartbeatSeconds = 10

export const leaseEnd = sql`now() + make_interval(secs => ${leaseSeconds})`

/** The worker process that asks, and where it is. */
export interface WorkerName {
  /** Unique to the process: a name is never used again, so that it fences what an earlier process of this number may still write. */
  owner: string
  /** Processes and work dirs of this machine can be looked at by this worker, those of others cannot. */
  machine: string
  /** The port at which it serves models. Processes go on under a worker that serves them where they were told. */
  port: number
}
