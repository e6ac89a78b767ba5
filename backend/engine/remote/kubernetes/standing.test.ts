import { expect, test } from "vitest"
import type { Happening, Job, Pod } from "./objects.ts"
import { standingOf } from "./standing.ts"

const metadata = { name: "a", uid: "1", creationTimestamp: "2026-11-30T12:00:00Z" }
const job: Job = { metadata, spec: { suspend: false } }
const pod = (status: Partial<Pod["status"]>, also: Partial<Pod["metadata"]> = {}): Pod => ({
  metadata: { ...metadata, ...also },
  spec: { nodeName: "n1" },
  status: { phase: "Pending", ...status },
})
const warning = (reason: string, message: string, lastTimestamp: string): Happening => ({ reason, message, lastTimestamp })

test("a job that waits says why, in the words of Kubernetes", () => {
  const suspended = { ...job, spec: { suspend: true } }
  expect(standingOf(suspended, [], [])).toEqual({ phase: "pending", reason: "being prepared" })
  expect(standingOf(suspended, [], [], "gpus")).toEqual({ phase: "pending", reason: "its turn in the queue gpus" })
  const refused = [
    warning("FailedCreate", "exceeded quota", "2026-11-30T12:00:01Z"),
    warning("FailedCreate", "RuntimeClass\n not found", "2026-11-30T12:00:02Z"),
  ]
  expect(standingOf(job, [], refused)).toEqual({ phase: "pending", reason: "FailedCreate: RuntimeClass not found" })
  const condition = { type: "PodScheduled", status: "False", reason: "Unschedulable", message: "Insufficient memory" } as const
  expect(standingOf(job, [pod({ conditions: [condition] })], refused)).toEqual({
    phase: "pending",
    reason: "Unschedulable: Insufficient memory",
  })
  const waits = (reason: string) => pod({ containerStatuses: [{ state: { waiting: { reason } } }] })
  expect(standingOf(job, [waits("ErrImagePull")], refused)).toEqual({ phase: "pending", reason: "ErrImagePull" })
  const unmounted = warning("FailedMount", "timed out", "2026-11-30T12:00:03Z")
  expect(standingOf(job, [waits("ContainerCreating")], [unmounted])).toEqual({ phase: "pending", reason: "FailedMount: timed out" })
})

test("a job that is over says which limit ended it", () => {
  const ended = (reason: string, exitCode: number) => ({ state: { terminated: { reason, exitCode } } })
  expect(standingOf(job, [pod({ phase: "Failed", containerStatuses: [ended("OOMKilled", 137)] })], [])).toEqual({
    phase: "gone",
    reason: "OOMKilled",
    limit: "memory",
  })
  const evicted = (message: string) => standingOf(job, [pod({ phase: "Failed", reason: "Evicted", message })], [])
  expect(evicted('Usage of EmptyDir volume "work" exceeds the limit "1"')).toMatchObject({ phase: "gone", limit: "disk" })
  expect(evicted("The node was low on resource: memory")).toEqual({
    phase: "gone",
    reason: "Evicted: The node was low on resource: memory",
  })
  expect(standingOf(job, [pod({ phase: "Failed", containerStatuses: [ended("Error", 75)] })], [])).toEqual({
    phase: "gone",
    reason: "Error, exit code 75",
  })
  // By itself: there is nothing to say.
  expect(standingOf(job, [pod({ phase: "Succeeded", containerStatuses: [ended("Completed", 0)] })], [])).toEqual({ phase: "gone" })
  const complete = { conditions: [{ type: "Complete", status: "True", reason: "CompletionsReached" } as const] }
  expect(standingOf({ ...job, status: complete }, [], [])).toEqual({ phase: "gone" })
  const late = { conditions: [{ type: "Failed", status: "True", reason: "DeadlineExceeded" } as const] }
  expect(standingOf({ ...job, status: late }, [], [])).toEqual({ phase: "gone", reason: "DeadlineExceeded" })
})

test("a pod that Kubernetes has given up with its node is gone, whatever it may still do there", () => {
  const lost = { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager" } as const
  expect(standingOf(job, [pod({ phase: "Running", conditions: [lost] })], [])).toEqual({ phase: "gone", reason: "DeletionByTaintManager" })
  const deleted = pod({ phase: "Running" }, { deletionTimestamp: "2026-11-30T12:01:00Z" })
  expect(standingOf(job, [deleted], [])).toMatchObject({ phase: "gone" })
  // The newest counts.
  const next = pod({ phase: "Running" }, { creationTimestamp: "2026-11-30T12:02:00Z" })
  expect(standingOf(job, [deleted, next], [])).toEqual({ phase: "running" })
})
