import { type KubernetesApi, KubernetesError } from "./api.ts"
import type { Job, List, ResourceNode } from "./objects.ts"
import type { PolicyProbe } from "./probe-network.ts"

interface Amount {
  total: number
  /** By whomever; null where that is not told. */
  used: number | null
}

/** What a cluster has and how full it is, for people. */
export interface ClusterReport {
  nodes: { total: number; up: number } | null
  cpu_cores: Amount | null
  memory_gb: Amount | null
  gpus: Amount | null
  /** Of the namespace, those of others too. */
  jobs: { running: number; waiting: number } | null
  /** What its operator should know, in sentences. */
  notes: string[]
}

const gibibyte = 1024 ** 3

/**
 * @param gpuResource the resource that a GPU is
 * @param network what is known of the cluster's network; null before it was tried, and the error where that failed
 * @throws Error where the API server does not answer, or lets nobody list jobs
 */
export async function reportOf(api: KubernetesApi, gpuResource: string, network: PolicyProbe | Error | null): Promise<ClusterReport> {
  const { items: jobs } = await api.ask<List<Job>>("GET", api.path("jobs", "", "batch/v1"))
  const open = jobs.filter(({ status }) => !status?.conditions?.some(({ type, status: is }) => isEnd(type) && is === "True"))
  const running = open.filter(({ status }) => (status?.ready ?? 0) > 0).length
  const nodes = await api.ask<List<ResourceNode>>("GET", "/api/v1/nodes").catch((error: unknown) => {
    if (error instanceof KubernetesError && error.status === 403) return null
    throw error
  })
  const up = nodes?.items.filter(isUp) ?? []
  const sum = (resource: string) => up.reduce((total, { status }) => total + quantity(status.allocatable?.[resource] ?? "0"), 0)
  const amount = (total: number): Amount => ({ total, used: null })
  const gpus = sum(gpuResource)
  return {
    nodes: nodes && { total: nodes.items.length, up: up.length },
    cpu_cores: nodes && amount(sum("cpu")),
    memory_gb: nodes && amount(sum("memory") / gibibyte),
    gpus: gpus > 0 ? amount(gpus) : null,
    jobs: { running, waiting: open.length - running },
    notes: [
      ...(nodes && up.length === 0 ? ["No node is up"] : []),
      ...(nodes ? [] : ["What the nodes have is not known: the account may not list them"]),
      ...noteOf(network),
    ],
  }
}

function noteOf(network: PolicyProbe | Error | null): string[] {
  if (network instanceof Error) return [`Whether the network keeps pods to NetworkPolicies could not be told: ${network.message}`]
  if (!network || network.enforced) return []
  return [`Runs without internet are refused here, and runs with it may reach private networks: ${network.reason}`]
}

const isEnd = (type: string): boolean => type === "Complete" || type === "Failed"

const isUp = ({ spec, status }: ResourceNode): boolean =>
  !spec.unschedulable && Boolean(status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"))

const suffixes: Record<string, number> = {
  "": 1,
  m: 1e-3,
  ...Object.fromEntries(["k", "M", "G", "T", "P", "E"].map((letter, at) => [letter, 1000 ** (at + 1)])),
  ...Object.fromEntries(["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((letters, at) => [letters, 1024 ** (at + 1)])),
}

/** The number that Kubernetes writes as `250m`, `1e3` or `16302748Ki`; 0 for what is none. */
export function quantity(text: string): number {
  const [, number = "0", suffix = ""] = /^([\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? []
  return Number(number) * (suffixes[suffix] ?? 0)
}
