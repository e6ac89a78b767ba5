import { act, screen } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { MainNav } from "@/components/shell/main-nav.tsx"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { ListEvaluationsResponse } from "@/contract/index.ts"
import type { LiveMessage } from "@/lib/live/connection.ts"
import { LiveUpdates } from "./live-updates.tsx"
import { RunningCount } from "./running-count.tsx"

const asked = vi.hoisted(() => vi.fn())
const stream = vi.hoisted(() => ({ listeners: new Set<(message: unknown) => void>() }))
vi.mock("next/navigation", () => ({ usePathname: () => "/dashboard", useRouter: () => ({ push: () => {} }) }))
vi.mock("@/lib/api/browser.ts", () => ({ get: asked }))
vi.mock("@/lib/live/live.ts", () => ({
  live: {
    state: "connected",
    subscribe: (listener: (message: unknown) => void) => {
      stream.listeners.add(listener)
      return () => stream.listeners.delete(listener)
    },
  },
}))
beforeEach(() => asked.mockReset())

const tell = (message: LiveMessage) => act(async () => stream.listeners.forEach((listener) => void listener(message)))
const listOf = (total: number): ListEvaluationsResponse => ({
  ...{ evaluations: total > 0 ? [aRun({ status: "RUNNING" })] : [], total, skip: 0, limit: 1, previous: null, next: null },
})
const answer = (total: number) => asked.mockResolvedValue(listOf(total))
const see = (total: number) =>
  show(
    <>
      <LiveUpdates />
      <MainNav runCount={<RunningCount seed={{ data: listOf(total), at: Date.now() }} />} />
    </>,
  )

test("the link to the evaluations says how many are under way, and nothing of none, without a request", () => {
  const shown = see(3)
  expect(screen.getByRole("link", { name: "Evaluations , 3 under way" })).toBeTruthy()
  shown.unmount()
  see(0)
  expect(screen.getByRole("link", { name: "Evaluations" }).textContent).toBe("Evaluations")
  expect(asked).not.toHaveBeenCalled()
})

test("it follows the event stream, without a stream of its own", async () => {
  see(1)
  expect(await screen.findByText(", 1 under way")).toBeTruthy()
  // The list's own, and no other: the updates and the state of the connection.
  const listeners = stream.listeners.size
  answer(2)
  const run = aRun({ status: "RUNNING" })
  const notice = {
    ...{ evaluation_id: "another", environment_id: null, status: "RUNNING" as const, phase: "running" as const, phase_detail: null },
    ...{ progress: run.progress, avg_score: null, samples: 0, log_lines: 0, updated_at: run.updated_at },
  }
  await tell({ kind: "notice", notice } as LiveMessage)
  expect(await screen.findByText(", 2 under way")).toBeTruthy()
  expect(stream.listeners.size).toBe(listeners)
  answer(150)
  await tell({ kind: "notice", notice: { ...notice, evaluation_id: "third", status: "PENDING" } } as LiveMessage)
  expect(await screen.findByText("99+", undefined, { timeout: 3000 })).toBeTruthy()
})
