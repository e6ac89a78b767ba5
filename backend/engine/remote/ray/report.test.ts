import { expect, test } from "vitest"
import type { RayJob, RayNode } from "./objects.ts"
import { reportOf } from "./report.ts"

const node = (node_ip: string, state: RayNode["state"], more: Partial<RayNode> = {}): RayNode => ({
  node_ip,
  state,
  resources_total: { CPU: 4, memory: 8 * 1024 ** 3 },
  ...more,
})
const job = (status: RayJob["status"]): RayJob => ({ submission_id: "a", status })

test("nodes that were taken away are left out, and those that were lost count until they are back", () => {
  const lost = { state_message: "Unexpected termination: health check failed due to missing too many heartbeats" }
  const nodes = [
    node("10.0.0.1", "ALIVE"),
    node("10.0.0.1", "DEAD", lost),
    node("10.0.0.2", "DEAD", lost),
    node("10.0.0.3", "DEAD", { state_message: "Expected termination: received SIGTERM" }),
    node("10.0.0.4", "DEAD", { state_message: "Terminated due to idle (no Ray activity)" }),
    node("10.0.0.5", "DEAD", { state_message: "Terminated due to preemption" }),
  ]
  const jobs = [job("RUNNING"), job("PENDING"), job("PENDING"), job("FAILED")]
  expect(reportOf(jobs, nodes, { CPU: [1, 4], memory: [1024 ** 3, 8 * 1024 ** 3] })).toEqual({
    nodes: { total: 3, up: 1 },
    cpu_cores: { total: 4, used: 1 },
    memory_gb: { total: 8, used: 1 },
    gpus: null,
    jobs: { running: 1, waiting: 2 },
    notes: [],
  })
})

test("a cluster that counts nothing, has GPUs or no cores says so", () => {
  expect(reportOf([], [node("a", "ALIVE", { resources_total: { CPU: 1, GPU: 2 } })], null)).toMatchObject({
    cpu_cores: { total: 1, used: null },
    gpus: { total: 2, used: null },
  })
  expect(reportOf([], [node("head", "ALIVE", { resources_total: {} })], null).notes).toEqual(["No node with cores is up"])
})
