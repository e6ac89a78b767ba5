import type { BadgeTone } from "@/components/ui/badge.tsx"
import type { ComputeExecutor } from "@/contract/index.ts"
import { counted, formatCount } from "@/lib/format.ts"

/** Whether an executor answers, for its badge. */
export function standingOf({ reachable }: Pick<ComputeExecutor, "reachable">): { label: string; tone: BadgeTone } {
  if (reachable === null) return { label: "Not asked yet", tone: "neutral" }
  return reachable ? { label: "Reachable", tone: "success" } : { label: "Not reachable", tone: "danger" }
}

export interface Fact {
  label: string
  value: string
}

const short = (value: number): string => (Number.isInteger(value) ? formatCount(value) : value.toFixed(1))

function amount(label: string, unit: string, given: { total: number; used: number | null } | null): Fact[] {
  if (!given || given.total === 0) return []
  const all = `${short(given.total)}${unit}`
  return [{ label, value: given.used === null ? all : `${short(given.used)} of ${all} in use` }]
}

/** What an executor has and how full it is, as far as it says so. */
export function capacityOf({ name, report, max }: Pick<ComputeExecutor, "name" | "report" | "max">): Fact[] {
  const isLocal = name === "local"
  const most = [
    max.cpu_cores && counted(max.cpu_cores, "core"),
    max.memory_gb && `${short(max.memory_gb)} GB memory`,
    max.disk_size_gb && `${short(max.disk_size_gb)} GB disk`,
    max.gpu_count && counted(max.gpu_count, "GPU"),
  ].filter(Boolean)
  const { nodes = null, jobs = null } = report ?? {}
  return [
    ...(nodes ? [{ label: isLocal ? "Workers" : "Nodes", value: isLocal ? short(nodes.up) : `${nodes.up} of ${nodes.total} up` }] : []),
    ...amount("Cores", "", report?.cpu_cores ?? null),
    ...amount("Memory", " GB", report?.memory_gb ?? null),
    ...amount("GPUs", "", report?.gpus ?? null),
    ...(jobs ? [{ label: "Its queue", value: `${formatCount(jobs.running)} running, ${formatCount(jobs.waiting)} waiting` }] : []),
    ...(most.length > 0 ? [{ label: "A run gets at most", value: most.join(", ") }] : []),
  ]
}
