import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation, Home } from "@/contract/index.ts"
import { HomeView } from "./home-view.tsx"

const actions = vi.hoisted(() => ({ noteVisit: vi.fn(), hideSteps: vi.fn() }))
vi.mock("./actions.ts", () => actions)
vi.mock("next/navigation", () => ({ unstable_rethrow: () => {}, useRouter: () => ({ push: () => {} }) }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: () => new Promise(() => {}) }))
beforeEach(() => {
  actions.noteVisit.mockReset().mockResolvedValue({ ok: true, value: undefined })
})

const listOf = (runs: Evaluation[]) => ({ evaluations: runs, total: runs.length, skip: 0, limit: 50 })
const see = (home: Home | null, running: Evaluation[] = [], latest: Evaluation[] = []) =>
  show(<HomeView home={home} running={listOf(running)} latest={listOf(latest)} readAt={Date.now()} />)
const none = { model: false, environment: false, run: false, share: false }

test("a newcomer is told what to do first, and what is done is ticked off; the visit is noted once", async () => {
  actions.hideSteps.mockResolvedValue({ ok: true, value: undefined })
  const { user } = see({ steps: { ...none, model: true }, since: null })
  expect(screen.getByRole("heading", { name: "No runs yet. The first one takes a minute." })).toBeTruthy()
  const steps = within(screen.getByRole("region", { name: "First steps" })).getAllByRole("listitem")
  expect(steps.map((step) => step.querySelector("h3")?.textContent)).toEqual([
    "Add a model (done)",
    "Publish an environment",
    "Run it",
    "Share it",
  ])
  expect(steps.map((step) => step.getAttribute("aria-current"))).toEqual([null, "step", null, null])
  expect(actions.noteVisit).toHaveBeenCalledTimes(1)
  await user.click(screen.getByRole("button", { name: "Put away" }))
  await waitFor(() => expect(actions.hideSteps).toHaveBeenCalledTimes(1))
})

test("steps that are all done, and those that were put away, are not shown", () => {
  see({ steps: { model: true, environment: true, run: true, share: true }, since: null })
  expect(screen.queryByText("First steps")).toBeNull()
})

test("runs that ended since the last visit are marked, and what needs a look is said", () => {
  const since = { at: "2026-03-01T12:00:00Z", ended: 1, failed: 1, below_baseline: 0, looked_at: 1, versions: [] }
  const before = aRun({ evaluation_id: "old", completed_at: "2026-03-01T11:00:00Z" })
  const after = aRun({ evaluation_id: "new", completed_at: "2026-03-01T13:00:00Z" })
  see({ steps: null, since }, [], [after, before])
  expect(screen.getByRole("heading", { level: 2, name: "Nothing is running. 1 run has ended since your last visit." })).toBeTruthy()
  expect(screen.getByText("1 failed.")).toBeTruthy()
  const rows = within(screen.getByRole("table", { name: "Latest results" }))
    .getAllByRole("row")
    .slice(1)
  expect(rows.map((row) => row.textContent?.includes("New"))).toEqual([true, false])
})

test("a platform that keeps no visits is not told of one", () => {
  see(null, [aRun({ status: "RUNNING", phase: "running" })])
  expect(screen.getByRole("heading", { name: "1 run is under way." })).toBeTruthy()
  expect(actions.noteVisit).not.toHaveBeenCalled()
})
