import { act, screen } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation, EvaluationNotice } from "@/contract/index.ts"
import { get } from "@/lib/api/browser.ts"
import { RunEnded } from "./run-ended.tsx"
import { progressTitle } from "./use-run-title.ts"

const at = vi.hoisted(() => ({ pathname: "/dashboard/usage", push: vi.fn(), say: (_: EvaluationNotice) => {} }))
vi.mock("next/navigation", () => ({ usePathname: () => at.pathname, useRouter: () => ({ push: at.push }) }))
vi.mock("@/lib/api/browser.ts", () => ({ get: vi.fn() }))
vi.mock("@/lib/live/use-live.ts", () => ({
  useEvaluationNotices: (handler: (notice: EvaluationNotice) => void) => {
    at.say = handler
  },
}))

const ended = { evaluation_id: "a", name: "nightly", user_id: "ann", status: "COMPLETED", avg_score: 0.875 } as Evaluation
const say = (status: string) => act(async () => at.say({ evaluation_id: "a", status } as EvaluationNotice))

beforeEach(() => {
  at.pathname = "/dashboard/usage"
  vi.mocked(get).mockResolvedValue(ended)
})

test("the end of a run of one's own is told where it is not seen anyway", async () => {
  const { user } = show(<RunEnded userId="ann" />)
  await say("COMPLETED")
  expect(screen.queryByText("nightly")).toBeNull()
  await say("RUNNING")
  await say("COMPLETED")
  expect(await screen.findByText("Completed: mean reward 0.875")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Open" }))
  expect(at.push).toHaveBeenCalledWith("/dashboard/evaluations/a")
})

test.each([
  ["on its own page", "/dashboard/evaluations/a/logs", "ann"],
  ["in the list", "/dashboard/evaluations", "ann"],
  ["of somebody else", "/dashboard/usage", "bea"],
])("the end of a run %s is not told", async (_, pathname, userId) => {
  at.pathname = pathname
  show(<RunEnded userId={userId} />)
  await say("RUNNING")
  await say("COMPLETED")
  expect(screen.queryByText("nightly")).toBeNull()
})

test("the tab says how far a run is, as long as it is under way", () => {
  const run = {
    name: "n",
    status: "RUNNING",
    phase: "running",
    inference_model: "m",
    progress: { total: 8, started: 4, done: 3, errored: 0 },
  }
  expect(progressTitle(run as Evaluation)).toBe("37 % · m")
  expect(progressTitle({ ...run, status: "COMPLETED" } as Evaluation)).toBeNull()
  expect(progressTitle({ ...run, phase: "queued", status: "PENDING", progress: { ...run.progress, done: 0 } } as Evaluation)).toBeNull()
})
