import type { EngineWord } from "../remote-engine.ts"
import type { Happening, Job, Pod } from "./objects.ts"

const sentenceMax = 500
/** It has an address for its image and a place, and is being made. */
const isBeingMade = new Set(["ContainerCreating", "PodInitializing"])

/**
 * How a job stands.
 * @param pods its pods, of which there is at most one that counts: the newest
 * @param warnings what Kubernetes warned of about the job and that pod
 * @param queue the name of its queue in Kueue, where it has one
 */
export function standingOf(job: Job, pods: Pod[], warnings: Happening[], queue?: string): EngineWord {
  const pod = [...pods].sort((a, b) => b.metadata.creationTimestamp.localeCompare(a.metadata.creationTimestamp))[0]
  if (pod && hasEnded(pod)) return { phase: "gone", ...endOf(pod) }
  const over = job.status?.conditions?.find(({ type, status }) => (type === "Complete" || type === "Failed") && status === "True")
  if (over) return { phase: "gone", ...(over.type === "Failed" && { reason: sentence(over.reason, over.message) }) }
  if (job.spec.suspend) return { phase: "pending", reason: queue ? `its turn in the queue ${queue}` : "being prepared" }
  if (!pod) return { phase: "pending", reason: newest(warnings) ?? "no pod was made yet" }
  if (pod.status.phase === "Running") return { phase: "running" }
  if (pod.status.phase === "Unknown") return { phase: "unknown" }
  const place = pod.status.conditions?.find(({ type, status }) => type === "PodScheduled" && status === "False")
  if (place) return { phase: "pending", reason: sentence(place.reason, place.message) }
  const waiting = pod.status.containerStatuses?.[0]?.state?.waiting
  if (waiting?.reason && !isBeingMade.has(waiting.reason)) return { phase: "pending", reason: sentence(waiting.reason, waiting.message) }
  return { phase: "pending", reason: newest(warnings) ?? "its container is being made" }
}

/**
 * Whether a pod is over as far as anybody can tell: it has ended, or Kubernetes has given it up with its node, on which it may still run. The
 * platform fences what it takes for lost.
 */
const hasEnded = ({ metadata, status }: Pod): boolean =>
  status.phase === "Succeeded" ||
  status.phase === "Failed" ||
  metadata.deletionTimestamp !== undefined ||
  Boolean(status.conditions?.some((one) => one.type === "DisruptionTarget" && one.status === "True"))

/** Why a pod is over, unless by itself, and the limit that ended it where one did. */
function endOf({ status, spec }: Pod): { reason?: string; limit?: "memory" | "disk" } {
  const ended = status.containerStatuses?.[0]?.state?.terminated
  const disruption = status.conditions?.find(({ type }) => type === "DisruptionTarget")
  if (ended?.reason === "OOMKilled") return { reason: "OOMKilled", limit: "memory" }
  // The node's own want of memory evicts pods, too; only this one is about the pod's limit.
  const isDisk = status.reason === "Evicted" && /ephemeral|emptyDir/i.test(status.message ?? "")
  if (status.reason) return { reason: sentence(status.reason, status.message), ...(isDisk && { limit: "disk" }) }
  if (disruption) return { reason: sentence(disruption.reason, disruption.message) }
  if (ended?.exitCode === 0) return {}
  if (ended) return { reason: `${ended.reason ?? "ended"}, exit code ${ended.exitCode}` }
  return { reason: `its pod on ${spec.nodeName ?? "no node"} is being deleted` }
}

/** The last warning, as a reason to wait. */
function newest(warnings: Happening[]): string | null {
  const at = ({ lastTimestamp, eventTime }: Happening) => lastTimestamp ?? eventTime ?? ""
  const last = [...warnings].sort((a, b) => at(b).localeCompare(at(a)))[0]
  return last ? sentence(last.reason, last.message) : null
}

const sentence = (reason = "", message = ""): string =>
  [reason, message.replace(/\s+/g, " ").trim()].filter(Boolean).join(": ").slice(0, sentenceMax)
