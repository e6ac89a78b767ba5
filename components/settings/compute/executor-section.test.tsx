import { render, screen, within } from "@testing-library/react"
import { expect, test } from "vitest"
import type { ComputeExecutor } from "@/contract/index.ts"
import { ExecutorSection } from "./executor-section.tsx"

const at = new Date().toISOString()
const cluster: ComputeExecutor = {
  name: "cluster",
  kind: "slurm",
  is_default: true,
  reachable: true,
  trouble: null,
  reported_at: at,
  report: {
    nodes: { total: 4, up: 3 },
    cpu_cores: { total: 96, used: 32 },
    memory_gb: { total: 375.5, used: null },
    gpus: null,
    jobs: { running: 5, waiting: 12 },
    notes: ["Node n4 is drained"],
  },
  max: { cpu_cores: 16, memory_gb: 64, disk_size_gb: null, gpu_count: 0 },
  running: 1,
  waiting: 1,
  runs: [
    { evaluation_id: "r1", name: "sum--m", status: "RUNNING", is_waiting: false, detail: "running", since: at },
    { evaluation_id: "r2", name: "sum--n", status: "RUNNING", is_waiting: true, detail: "waiting for cluster: Resources", since: at },
  ],
  errors: [{ evaluation_id: "r0", at, message: "nothing was heard of it any more" }],
}
const factOf = (label: string) => screen.getByText(label).nextSibling?.textContent

test("an engine shows whether it answers, what it has, and what waits for what", () => {
  render(<ExecutorSection executor={cluster} />)
  const section = screen.getByRole("region", { name: "cluster" })
  expect(within(section).getByText("Reachable")).toBeDefined()
  expect(section.textContent).toContain("slurm, where runs run that do not say")
  expect(factOf("Nodes")).toBe("3 of 4 up")
  expect(factOf("Cores")).toBe("32 of 96 in use")
  expect(factOf("Memory")).toBe("375.5 GB")
  expect(factOf("Its queue")).toBe("5 running, 12 waiting")
  expect(factOf("A run gets at most")).toBe("16 cores, 64 GB memory")
  const rows = within(screen.getByRole("list", { name: "Runs on cluster" })).getAllByRole("listitem")
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^Runningsum--m/),
    expect.stringMatching(/^Waitingsum--nwaiting for cluster: Resources/),
  ])
  expect(screen.getByRole("link", { name: "sum--n" }).getAttribute("href")).toBe("/dashboard/evaluations/r2")
  expect(section.textContent).toContain("nothing was heard of it any more")
  expect(section.textContent).toContain("Node n4 is drained")
})

test("one that does not answer says so, and shows no capacity of before", () => {
  const { rerender } = render(
    <ExecutorSection executor={{ ...cluster, reachable: false, trouble: "squeue failed", report: null, runs: [], errors: [] }} />,
  )
  expect(screen.getByText("Not reachable")).toBeDefined()
  expect(screen.getByText("squeue failed")).toBeDefined()
  expect(screen.queryByText("Cores")).toBeNull()
  rerender(<ExecutorSection executor={{ ...cluster, reachable: null, report: null, runs: [], errors: [] }} />)
  expect(screen.getByText("Not asked yet")).toBeDefined()
})
