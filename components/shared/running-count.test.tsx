import { act, screen } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { MainNav } from "@/components/shell/main-nav.tsx"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
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
const answer = (total: number) =>
  asked.mockResolvedValue({ evaluations: total > 0 ? [aRun({ status: "RUNNING" })] : [], total, skip: 0, limit: 1 })
const see = () =>
  show(
    <>
      <LiveUpdates />
      <MainNav runCount={<RunningCount />} />
    </>,
  )

test("the link to the evaluations says how many are under way, and nothing of none", async () => {
  answer(3)
  const shown = see()
  expect(await screen.findByRole("link", { name: "Evaluations , 3 under way" })).toBeTruthy()
  expect(asked).toHaveBeenCalledTimes(1)
  expect(asked).toHaveBeenCalledWith("/evaluations/", {}, { status: "PENDING,RUNNING,PROCESSING", limit: 1 }, expect.anything())
  shown.unmount()
  answer(0)
  see()
  await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(2))
  expect(screen.getByRole("link", { name: "Evaluations" }).textContent).toBe("Evaluations")
})

test("it follows the event stream, without a stream of its own", async () => {
  answer(1)
  see()
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
