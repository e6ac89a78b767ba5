import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Retention, RetentionPreview } from "@/contract/index.ts"
import { previewRetention, setRetention } from "./actions.ts"
import { RetentionCard } from "./retention-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ previewRetention: vi.fn(), setRetention: vi.fn() }))
beforeEach(() => {
  vi.mocked(previewRetention).mockReset()
  vi.mocked(setRetention).mockReset()
})

const dialog = () => within(screen.getByRole("dialog"))
const none: Retention = { days: null, platform_days: null, may_change: true }
const preview: RetentionPreview = {
  ...{
    runs: 12,
    samples: 3400,
    oldest_at: "2026-01-02T00:00:00Z",
    environments: [
      { name: "maze", runs: 9 },
      { name: null, runs: 3 },
    ],
  },
  kept: { starred: 2, baseline: 0, shared: 1, published: 0 },
}

test("what a number of days would delete is shown before it is switched on", async () => {
  vi.mocked(previewRetention).mockResolvedValue({ ok: true, value: preview })
  vi.mocked(setRetention).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<RetentionCard teamId={null} retention={none} />)
  expect(screen.getByText("Runs are kept until somebody deletes them.")).toBeTruthy()
  const field = screen.getByLabelText("Days without a change")
  await user.type(field, "0")
  await user.click(screen.getByRole("button", { name: "Change…" }))
  expect(screen.getByText(/^A whole number of days from 1 to 3,650/)).toBeTruthy()
  expect(previewRetention).not.toHaveBeenCalled()
  await user.clear(field)
  await user.type(field, "90")
  await user.click(screen.getByRole("button", { name: "Change…" }))
  expect(await dialog().findByText("12 runs with 3,400 samples")).toBeTruthy()
  expect(dialog().getByText("maze")).toBeTruthy()
  expect(dialog().getByText("As old, but kept: 2 starred, 1 shared by a link.")).toBeTruthy()
  expect(setRetention).not.toHaveBeenCalled()
  await user.click(dialog().getByRole("button", { name: "Delete such runs" }))
  await waitFor(() => expect(setRetention).toHaveBeenCalledWith(null, 90))
})

test("a team goes back to what holds for the platform; who may not change it reads it", async () => {
  vi.mocked(setRetention).mockResolvedValue({ ok: true, value: null })
  const { user, unmount } = show(<RetentionCard teamId="t" retention={{ days: 30, platform_days: 365, may_change: true }} />)
  await user.clear(screen.getByLabelText("Days without a change"))
  await user.click(screen.getByRole("button", { name: "Change…" }))
  expect(dialog().getByText(/The number of the platform holds for this team then: runs are deleted after 365 days/)).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Keep runs" }))
  await waitFor(() => expect(setRetention).toHaveBeenCalledWith("t", null))
  unmount()
  show(<RetentionCard teamId="t" retention={{ days: null, platform_days: 365, may_change: false }} />)
  expect(screen.getByText(/deleted 365 days after its last change/)).toBeTruthy()
  expect(screen.getByText("Owners of the team can change it.")).toBeTruthy()
  expect(screen.queryByRole("button", { name: "Change…" })).toBeNull()
})
