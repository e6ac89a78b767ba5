import type { ComputeReport } from "../../../../contract/index.ts"
import type { RayJob, RayNode, RayUsage } from "./objects.ts"

const gibibyte = 1024 ** 3

/**
 * What a cluster has and how full it is, for people.
 * @param usage what is asked for of each resource, as its autoscaler counts it; null where there is none
 */
export function reportOf(jobs: RayJob[], nodes: RayNode[], usage: RayUsage | null): ComputeReport {
  const up = nodes.filter(({ state }) => state === "ALIVE")
  const addresses = new Set(up.map(({ node_ip }) => node_ip))
  // Ray lists nodes for a long time after their end, those too that were taken away or started again.
  const lost = nodes.filter(
    ({ state, node_ip, state_message }) => state === "DEAD" && !addresses.has(node_ip) && isUnexpected(state_message),
  )
  const amount = (resource: string, unit = 1) => ({
    total: up.reduce((sum, { resources_total: has }) => sum + (has?.[resource] ?? 0), 0) / unit,
    used: usage?.[resource] ? usage[resource][0] / unit : null,
  })
  const cores = amount("CPU")
  const gpus = amount("GPU")
  const count = (status: RayJob["status"]) => jobs.filter((job) => job.status === status).length
  return {
    nodes: { total: up.length + lost.length, up: up.length },
    cpu_cores: cores,
    memory_gb: amount("memory", gibibyte),
    gpus: gpus.total > 0 ? gpus : null,
    jobs: { running: count("RUNNING"), waiting: count("PENDING") },
    notes: cores.total > 0 ? [] : ["No node with cores is up"],
  }
}

/** Not by somebody who took it away, nor because it had nothing to do. */
const isUnexpected = (message: string | null | undefined): boolean => /^unexpected|preempt/i.test(message ?? "")
