import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { LiveUpdates } from "@/components/shared/live-updates.tsx"
import { aRun } from "@/components/testing/a-run.ts"
import { show } from "@/components/testing/show.tsx"
import type { EvaluationNotice } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { ApiError } from "@/lib/api/error.ts"
import { RunFrame } from "./run-frame.tsx"

const all = { export: true, mark: true, scoreAgain: true, rank: true, review: true, share: true }

let say: (notice: EvaluationNotice) => void = () => {}
vi.mock("next/navigation", () => ({ useRouter: () => ({}), usePathname: () => "/dashboard/evaluations/e1", unstable_rethrow: () => {} }))
vi.mock("@/lib/live/use-live.ts", () => ({
  useLiveState: () => "connected",
  pollInterval: () => 50,
  useLiveMessages: ({ notice }: { notice: (notice: EvaluationNotice) => void }) => {
    say = notice
  },
}))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
vi.mock("@/components/shared/run-actions.ts", () => ({}))
beforeEach(() => {
  vi.mocked(get).mockReset()
})

const shown = (values: object) =>
  show(
    <>
      <LiveUpdates />
      <RunFrame id="e1" seed={{ data: aRun(values), at: Date.now() }} can={all}>
        <p>Samples of the run</p>
      </RunFrame>
    </>,
  )
const goneFrom = async () => {
  await waitFor(() => expect(screen.getByText("This evaluation was deleted")).toBeTruthy())
  expect(screen.queryByText("Samples of the run")).toBeNull()
  expect(screen.queryByRole("button", { name: "Delete" })).toBeNull()
  expect(screen.queryByText("Live")).toBeNull()
}

test("a run that is deleted elsewhere says so at once, on every tab", async () => {
  vi.mocked(get).mockRejectedValue(new ApiError(404, "There is no evaluation e1"))
  shown({})
  expect(screen.getByText("Samples of the run")).toBeTruthy()
  say({ evaluation_id: "e1", deleted: true } as EvaluationNotice)
  await goneFrom()
})

test("so does one whose next reading finds nothing", async () => {
  vi.mocked(get).mockRejectedValue(new ApiError(404, "There is no evaluation e1"))
  shown({ status: "RUNNING" })
  await goneFrom()
  expect(vi.mocked(get).mock.calls).toHaveLength(1)
})

test("a reading that fails otherwise keeps the page", async () => {
  vi.mocked(get).mockRejectedValue(new ApiError(503, "The platform is starting"))
  shown({ status: "RUNNING" })
  await waitFor(() => expect(get).toHaveBeenCalled())
  expect(screen.getByText("Samples of the run")).toBeTruthy()
})
