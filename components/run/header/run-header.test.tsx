import { useQuery } from "@tanstack/react-query"
import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { queryKeys } from "@/lib/live/query-keys.ts"
import { RunHeader } from "./run-header.tsx"

const all = { export: true, mark: true, scoreAgain: true, rank: true, review: true, share: true }

vi.mock("next/navigation", () => ({ useRouter: () => ({}), usePathname: () => "/dashboard/evaluations/e1", unstable_rethrow: () => {} }))
vi.mock("@/lib/live/use-live.ts", () => ({ useLiveState: () => "connected", pollInterval: () => 30_000 }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
vi.mock("@/components/shared/run-actions.ts", () => ({}))
const read = vi.fn(async () => 0)
beforeEach(() => {
  vi.mocked(get).mockReset()
  read.mockClear()
})

/** Another part of the page, which shows something of the run. */
function Part({ name }: { name: "statistics" | "samples" | "logTail" }) {
  useQuery({ queryKey: queryKeys[name]("e1"), queryFn: read, initialData: 0, staleTime: Number.POSITIVE_INFINITY })
  return null
}

const shown = (values: object) => show(<RunHeader id="e1" seed={{ data: aRun(values), at: Date.now() }} can={all} />)

test("shows what ran, its state and how far it came", () => {
  const half = { total_samples: 4, progress: { total: 10, started: 5, done: 4, errored: 1 }, avg_score: 0.25 }
  shown({ status: "RUNNING", phase: "running", ...half })
  expect(screen.getByRole("heading", { level: 1, name: "maze run" })).toBeTruthy()
  for (const text of ["Running", "maze", "demo/novice", "Live", "4 of 10 rollouts", "1 error", "0.25"])
    expect(screen.getByText(text)).toBeTruthy()
  expect(screen.getByRole("progressbar", { name: "Rollouts of maze run" })).toBeTruthy()
})

test("a failed run says so, has no bar and follows nothing; one from elsewhere is local", () => {
  shown({ status: "FAILED", is_hosted: false })
  for (const text of ["Failed", "LOCAL"]) expect(screen.getByText(text)).toBeTruthy()
  expect(screen.queryByRole("progressbar")).toBeNull()
  expect(screen.queryByText("Live")).toBeNull()
})

test("an upload without requests is stale, not running", () => {
  shown({ status: "RUNNING", is_hosted: false, stale: true })
  expect(screen.getByText("Stale")).toBeTruthy()
  expect(screen.queryByText("Running")).toBeNull()
})

test("the tabs lead to the parts of the run, with the number of its samples", () => {
  shown({ total_samples: 1200 })
  const tabs = screen.getByRole("navigation", { name: "Parts of the evaluation" })
  expect([...tabs.querySelectorAll("a")].map((tab) => [tab.textContent, tab.getAttribute("href")])).toEqual([
    ["Overview", "/dashboard/evaluations/e1"],
    ["Samples1,200", "/dashboard/evaluations/e1/samples"],
    ["Logs", "/dashboard/evaluations/e1/logs"],
  ])
})

test("when the run ends, its parts are read once more", async () => {
  let end = (_: Evaluation) => {}
  vi.mocked(get).mockReturnValue(new Promise<Evaluation>((resolve) => (end = resolve)))
  show(
    <>
      <RunHeader id="e1" seed={{ data: aRun({ status: "RUNNING" }), at: 0 }} can={all} />
      <Part name="statistics" />
      <Part name="samples" />
      <Part name="logTail" />
    </>,
  )
  expect(screen.getByText("Running")).toBeTruthy()
  expect(read).not.toHaveBeenCalled()
  end(aRun())
  expect(await screen.findByText("Completed")).toBeTruthy()
  await waitFor(() => expect(read).toHaveBeenCalledTimes(3))
})
