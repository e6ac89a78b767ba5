import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Budget } from "@/contract/index.ts"
import { changeBudget } from "./actions.ts"
import { BudgetCard } from "./budget-card.tsx"

vi.mock("./actions.ts", () => ({ changeBudget: vi.fn() }))
beforeEach(() => void vi.mocked(changeBudget).mockReset())

const budget: Budget = { team_id: null, monthly_usd: 20, spent_usd: 5, month: "2026-03", may_change: true } as Budget

test("says how much of the month's budget is spent", () => {
  show(<BudgetCard budget={budget} />)
  expect(screen.getByText("$5.00 of $20.00 spent in March 2026.")).toBeTruthy()
  expect(screen.getByRole("progressbar", { name: "Share of the budget that is spent" })).toBeTruthy()
})

test("says so when the budget is used up, and when there is none", () => {
  const { unmount } = show(<BudgetCard budget={{ ...budget, spent_usd: 20 }} />)
  expect(screen.getByText(/the budget is used up\.$/)).toBeTruthy()
  unmount()
  show(<BudgetCard budget={{ ...budget, monthly_usd: null }} />)
  expect(screen.getByText("$5.00 spent in March 2026. There is no budget.")).toBeTruthy()
})

test("an amount that is none is refused before it is sent", async () => {
  const { user } = show(<BudgetCard budget={budget} />)
  const field = screen.getByLabelText("US dollars per month")
  await user.clear(field)
  await user.type(field, "-3")
  await user.click(screen.getByRole("button", { name: "Change" }))
  expect(field.getAttribute("aria-invalid")).toBe("true")
  expect(changeBudget).not.toHaveBeenCalled()
})

test("an amount may be written with a dollar sign and thousands, and nothing removes the budget", async () => {
  vi.mocked(changeBudget).mockResolvedValue({ ok: true, value: budget })
  const { user } = show(<BudgetCard budget={budget} />)
  const field = screen.getByLabelText("US dollars per month")
  await user.clear(field)
  await user.type(field, "$1,250.5")
  await user.click(screen.getByRole("button", { name: "Change" }))
  await waitFor(() => expect(changeBudget).toHaveBeenCalledWith(null, 1250.5))
  expect(await screen.findByText("The budget was changed")).toBeTruthy()
  await user.clear(field)
  await user.click(screen.getByRole("button", { name: "Change" }))
  await waitFor(() => expect(changeBudget).toHaveBeenLastCalledWith(null, null))
})

test("a refusal is shown at the field", async () => {
  vi.mocked(changeBudget).mockResolvedValue({ ok: false, message: "Only admins may change it.", problems: [] })
  const { user } = show(<BudgetCard budget={budget} />)
  await user.type(screen.getByLabelText("US dollars per month"), "0")
  await user.click(screen.getByRole("button", { name: "Change" }))
  expect(await screen.findByText("Only admins may change it.")).toBeTruthy()
})

test("who may not change it gets no form", () => {
  show(<BudgetCard budget={{ ...budget, may_change: false }} />)
  expect(screen.queryByRole("button", { name: "Change" })).toBeNull()
})
