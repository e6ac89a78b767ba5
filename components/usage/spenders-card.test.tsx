import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { HeldLimit, Spender } from "@/contract/index.ts"
import { changeLimits } from "./actions.ts"
import { LimitsCard } from "./limits-card.tsx"
import { SpendersCard } from "./spenders-card.tsx"

vi.mock("./actions.ts", () => ({ changeLimits: vi.fn() }))
beforeEach(() => void vi.mocked(changeLimits).mockReset())

const dialog = () => within(screen.getByRole("dialog"))
const spender = (id: string, name: string, more: Partial<Spender> = {}): Spender => ({
  ...{ id, name, requests: 1, failed_requests: 0, unpriced_requests: 0, prompt_tokens: 900, cached_tokens: 0, reasoning_tokens: 0 },
  ...{ completion_tokens: 100, sandbox_seconds: 60, cost_usd: 2, runs: 3, may_change: true },
  limit: { monthly_usd: 10, spent_usd: 10, runs_at_once: 4, runs_now: 1 },
  ...more,
})

test("an owner sees what members used and may use, and changes their limits", async () => {
  vi.mocked(changeLimits).mockResolvedValueOnce({ ok: false, message: "This needs the role owner", problems: [] })
  vi.mocked(changeLimits).mockResolvedValueOnce({ ok: true, value: null })
  const free = { monthly_usd: null, spent_usd: 0, runs_at_once: null, runs_now: 0 }
  const rows = [spender("a", "ada"), spender("b", "bea", { may_change: false, limit: free })]
  const { user } = show(<SpendersCard id="spenders" title="Members" what="Person" rows={rows} teamId="t" />)
  expect(screen.getByText("$10.00 of $10.00").className).toContain("text-danger")
  expect(screen.getByText("1 of 4").className).not.toContain("text-danger")
  expect(screen.queryByRole("button", { name: "Limits of bea" })).toBeNull()
  await user.click(screen.getByRole("button", { name: "Limits of ada" }))
  const runs = dialog().getByLabelText("Runs at once")
  await user.clear(runs)
  await user.type(runs, "many")
  await user.click(dialog().getByRole("button", { name: "Change" }))
  expect(changeLimits).not.toHaveBeenCalled()
  expect(dialog().getByText(/^A whole number from 0/)).toBeTruthy()
  await user.clear(runs)
  await user.click(dialog().getByRole("button", { name: "Change" }))
  expect(await dialog().findByText("This needs the role owner")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Change" }))
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull())
  expect(changeLimits).toHaveBeenLastCalledWith({ team_id: "t", user_id: "a" }, { monthly_usd: 10, runs_at_once: null })
})

test("a reader sees the limits that others set for them, beside the budget", () => {
  const limit = (scope: HeldLimit["scope"], more: Partial<HeldLimit>): HeldLimit => ({
    ...{ scope, monthly_usd: null, spent_usd: 1, runs_at_once: null, runs_now: 2 },
    ...more,
  })
  const { unmount } = show(
    <LimitsCard
      limits={[
        limit("account", { monthly_usd: 5 }),
        limit("member", { monthly_usd: 3, runs_at_once: 4 }),
        limit("person", { runs_at_once: 9 }),
      ]}
    />,
  )
  expect(screen.getByText("$1.00 of $3.00 spent this month, 2 of 4 runs at once")).toBeTruthy()
  expect(screen.getByText("2 of 9 runs at once")).toBeTruthy()
  expect(screen.queryByText(/account as a whole/)).toBeNull()
  unmount()
  show(<LimitsCard limits={[limit("account", { monthly_usd: 5 })]} />)
  expect(screen.queryByText("Limits")).toBeNull()
})
