/** What is read of Kubernetes' objects; much more is in them. */
interface Condition {
  type: string
  status: "True" | "False" | "Unknown"
  reason?: string
  message?: string
}

export interface Metadata {
  name: string
  uid: string
  creationTimestamp: string
  deletionTimestamp?: string
  labels?: Record<string, string>
}

export interface Job {
  metadata: Metadata
  spec: { suspend?: boolean }
  /** ready: how many of its pods run. */
  status?: { conditions?: Condition[]; ready?: number }
}

/** A machine of the cluster. */
export interface ResourceNode {
  metadata: Metadata
  spec: { unschedulable?: boolean }
  /** allocatable: what pods may have of it, as quantities by resource. */
  status: { allocatable?: Record<string, string>; conditions?: Condition[] }
}

interface ContainerStatus {
  state?: {
    waiting?: { reason?: string; message?: string }
    terminated?: { exitCode: number; reason?: string }
  }
}

export interface Pod {
  metadata: Metadata
  spec: { nodeName?: string }
  status: {
    phase: "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown"
    reason?: string
    message?: string
    podIP?: string
    conditions?: Condition[]
    containerStatuses?: ContainerStatus[]
  }
}

/** A record of what happened to an object. */
export interface Happening {
  reason?: string
  message?: string
  lastTimestamp?: string | null
  eventTime?: string | null
}

export interface List<T> {
  items: T[]
}
