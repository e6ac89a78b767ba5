import { screen, waitFor, within } from "@testing-library/react"
import { expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { HostedEvalConfig, RunSchedule } from "@/contract/index.ts"
import { createSchedule, deleteSchedule, runSchedule, updateSchedule } from "./actions.ts"
import { AddSchedule } from "./add-schedule.tsx"
import { SchedulesList } from "./schedules-list.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ createSchedule: vi.fn(), deleteSchedule: vi.fn(), runSchedule: vi.fn(), updateSchedule: vi.fn() }))

const config = { num_examples: 20, rollouts_per_example: 3, max_cost_usd: 2 } as HostedEvalConfig
const schedule: RunSchedule = {
  id: "s1",
  name: "nightly",
  environment_id: "e1",
  team_id: null,
  inference_model: "lab/model",
  eval_config: config,
  when: { kind: "daily", time: "06:00", time_zone: "Europe/Berlin" },
  baseline: "pinned",
  is_paused: false,
  next_at: "2026-12-01T05:00:00.000Z",
  problem: { message: "the budget is used up", at: "2026-11-30T05:00:00.000Z" },
  created_at: "2026-11-01T05:00:00.000Z",
  runs: [
    {
      evaluation_id: "r2",
      name: "nightly",
      status: "COMPLETED",
      created_at: "2026-11-29T05:00:00.000Z",
      mean: 0.25,
      verdict: { text: "worse", sentence: "B is worse than A by 0.5", baseline_id: "r0" },
    },
  ],
}

test("a schedule says when it is due, by its own clock, what its last run was, and why a time was left out", async () => {
  vi.mocked(runSchedule).mockResolvedValue({ ok: true, value: "r3" })
  vi.mocked(updateSchedule).mockResolvedValue({ ok: false, message: "It was deleted", problems: [] })
  vi.mocked(deleteSchedule).mockResolvedValue({ ok: true, value: { id: "s1", deleted: true } })
  const { user } = show(<SchedulesList schedules={[schedule]} />)
  expect(screen.getByText("Every day at 06:00, Europe/Berlin, compared with the pinned run")).toBeTruthy()
  expect(screen.getByText(/Next: Tue 1 Dec, 06:00/)).toBeTruthy()
  expect(screen.getByText(/the budget is used up/)).toBeTruthy()
  expect(screen.getByRole("link", { name: /worse/ }).getAttribute("href")).toBe("/dashboard/evaluations/compare?runs=r0,r2")
  await user.click(screen.getByRole("button", { name: "Run nightly now" }))
  await waitFor(() => expect(runSchedule).toHaveBeenCalledWith("s1"))
  await user.click(screen.getByRole("button", { name: "Pause nightly" }))
  expect(await screen.findByText("It was deleted")).toBeTruthy()
  expect(updateSchedule).toHaveBeenCalledWith("s1", { is_paused: true })
  await user.click(screen.getByRole("button", { name: "Delete nightly" }))
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Delete" }))
  await waitFor(() => expect(deleteSchedule).toHaveBeenCalledWith("s1"))
})

test("the form asks for what its kind of time needs, and sends the configuration that was chosen without secrets", async () => {
  vi.mocked(createSchedule).mockResolvedValue({
    ok: false,
    message: "The request is not valid",
    problems: [{ field: "eval_config.max_cost_usd", message: "cannot be enforced" }],
  })
  const configs = [
    { label: "run one", model: "lab/model", config: { ...config, custom_secrets: { KEY: "…" } } },
    { label: "Preset: small", model: "", config: { ...config, num_examples: 5 } },
  ]
  const { user } = show(<AddSchedule owner="ada" name="maze" configs={configs} teams={[{ teamId: "t1", name: "Lab" }]} isFirst />)
  await user.click(screen.getByRole("button", { name: "Add a schedule" }))
  await user.type(screen.getByLabelText("Name"), "weekly check")
  await user.selectOptions(screen.getByLabelText("Configuration"), "Preset: small")
  expect((screen.getByLabelText("Model") as HTMLInputElement).value).toBe("lab/model")
  expect(screen.queryByLabelText("Day")).toBeNull()
  await user.selectOptions(screen.getByLabelText("When"), "Every week")
  await user.selectOptions(screen.getByLabelText("Day"), "Friday")
  await user.selectOptions(screen.getByLabelText("Time zone"), "UTC")
  await user.selectOptions(screen.getByLabelText("Account"), "Lab")
  await user.click(screen.getByRole("button", { name: "Add" }))
  await waitFor(() =>
    expect(createSchedule).toHaveBeenCalledWith("ada", "maze", {
      name: "weekly check",
      team_id: "t1",
      inference_model: "lab/model",
      eval_config: { ...config, num_examples: 5 },
      when: { kind: "weekly", weekday: 5, time: "06:00", time_zone: "UTC" },
      baseline: "pinned",
    }),
  )
  expect(await screen.findByText("cannot be enforced")).toBeTruthy()
  await user.selectOptions(screen.getByLabelText("When"), "With each published version")
  expect(screen.queryByLabelText("Time zone")).toBeNull()
})
