/* What Ray's dashboard says, as far as it is read. */

export interface RayJob {
  /** null for a program that was not started by the Jobs API. */
  submission_id: string | null
  status: "PENDING" | "RUNNING" | "STOPPED" | "SUCCEEDED" | "FAILED"
  message?: string | null
  metadata?: Record<string, string> | null
  /** In milliseconds. */
  end_time?: number | null
}

export interface RayNode {
  node_ip: string
  state: "ALIVE" | "DEAD"
  /** Why it is dead. */
  state_message?: string | null
  /** By name; memory in bytes. */
  resources_total?: Record<string, number>
}

/** Of each resource, how much is asked for and how much there is; memory in bytes. */
export type RayUsage = Record<string, [used: number, total: number]>
