import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { resumeRun } from "@/components/shared/run-actions.ts"
import { show } from "@/components/testing/show.tsx"
import type { Evaluation } from "@/contract/index.ts"
import { ResumeDialog } from "./resume-dialog.tsx"

vi.mock("@/components/shared/run-actions.ts", () => ({ resumeRun: vi.fn() }))
beforeEach(() => void vi.mocked(resumeRun).mockReset())

const run = {
  evaluation_id: "e1",
  name: "maze run",
  status: "CANCELLED",
  is_hosted: true,
  attempt: 1,
  total_samples: 6,
  progress: { total: 10, started: 6, done: 6, errored: 2 },
  eval_config: {},
  metadata: {},
} as unknown as Evaluation

test("offers what is missing and what had errors, and resumes the chosen part", async () => {
  vi.mocked(resumeRun).mockResolvedValue({ ok: true, value: null })
  const onClose = vi.fn()
  const { user } = show(<ResumeDialog run={run} open onClose={onClose} />)
  expect(screen.getAllByRole("radio")).toHaveLength(3)
  await user.click(screen.getByLabelText("Run the 2 rollouts that ended with an error again"))
  await user.click(screen.getByRole("button", { name: "Run 2 rollouts" }))
  await waitFor(() => expect(resumeRun).toHaveBeenCalledWith("e1", { mode: "errors_only", custom_secrets: null }))
  await waitFor(() => expect(onClose).toHaveBeenCalled())
  expect(await screen.findByText("maze run was resumed")).toBeTruthy()
})

test("one-off secrets have to be entered again", async () => {
  vi.mocked(resumeRun).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<ResumeDialog run={{ ...run, eval_config: { custom_secrets: { TOKEN: "" } } }} open onClose={() => {}} />)
  await user.click(screen.getByRole("button", { name: "Run 6 rollouts" }))
  expect(screen.getByText("Fill in TOKEN")).toBeTruthy()
  expect(resumeRun).not.toHaveBeenCalled()
  await user.type(screen.getByLabelText("TOKEN"), "s3cret")
  await user.click(screen.getByRole("button", { name: "Run 6 rollouts" }))
  await waitFor(() => expect(resumeRun).toHaveBeenCalledWith("e1", { mode: "missing_and_errored", custom_secrets: { TOKEN: "s3cret" } }))
  expect(screen.queryByText("Fill in TOKEN")).toBeNull()
})

test("a refusal is shown with all its problems, and the dialog stays open", async () => {
  vi.mocked(resumeRun).mockResolvedValue({
    ok: false,
    message: "The run cannot be resumed.",
    problems: [{ field: "mode", message: "Nothing is missing." }],
  })
  const onClose = vi.fn()
  const { user } = show(<ResumeDialog run={run} open onClose={onClose} />)
  await user.click(screen.getByRole("button", { name: "Run 6 rollouts" }))
  expect(await screen.findByText(/The run cannot be resumed\.\s+Nothing is missing\./)).toBeTruthy()
  expect(onClose).not.toHaveBeenCalled()
})

test("a run with nothing left has no dialog", () => {
  show(
    <ResumeDialog
      run={{ ...run, status: "COMPLETED", total_samples: 10, progress: { total: 10, started: 10, done: 10, errored: 0 } }}
      open
      onClose={() => {}}
    />,
  )
  expect(screen.queryByRole("dialog")).toBeNull()
})
