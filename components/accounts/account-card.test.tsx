import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Account } from "@/contract/index.ts"
import { AccountCard } from "./account-card.tsx"
import { updateAccount } from "./actions.ts"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ updateAccount: vi.fn() }))
beforeEach(() => {
  vi.mocked(updateAccount).mockReset()
})

const account: Account = {
  user_id: "u",
  name: "Ada",
  email: "ada@example.com",
  has_password: true,
  asks_password: true,
  is_admin: false,
}

test("only what was changed is sent, and the present password where it is asked for", async () => {
  vi.mocked(updateAccount).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<AccountCard account={account} />)
  const save = screen.getByRole("button", { name: "Save" })
  expect(save).toHaveProperty("disabled", true)
  await user.type(screen.getByLabelText("Name"), " L")
  expect(screen.queryByLabelText("Present password")).toBeNull()
  await user.type(screen.getByLabelText("New password"), "a long password")
  await user.type(screen.getByLabelText("Present password"), "the one before")
  await user.click(save)
  await waitFor(() =>
    expect(updateAccount).toHaveBeenCalledWith({ name: "Ada L", password: "a long password", current_password: "the one before" }),
  )
  expect(await screen.findByText("Your password was changed")).toBeTruthy()
  expect(screen.getByLabelText("New password")).toHaveProperty("value", "")
})

test("the operator's browser is not asked for the present password", async () => {
  vi.mocked(updateAccount).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<AccountCard account={{ ...account, email: null, has_password: false, asks_password: false }} />)
  await user.type(screen.getByLabelText("E-mail"), "ada@example.com")
  await user.type(screen.getByLabelText("New password"), "a long password")
  expect(screen.queryByLabelText("Present password")).toBeNull()
  await user.click(screen.getByRole("button", { name: "Save" }))
  await waitFor(() => expect(updateAccount).toHaveBeenCalledWith({ email: "ada@example.com", password: "a long password" }))
})

test("a refusal stands at its field, and one without a field above the button", async () => {
  vi.mocked(updateAccount).mockResolvedValueOnce({
    ok: false,
    message: "password: must have at least 12 characters",
    problems: [{ field: "password", message: "must have at least 12 characters" }],
  })
  const { user } = show(<AccountCard account={{ ...account, asks_password: false }} />)
  await user.type(screen.getByLabelText("New password"), "short")
  await user.click(screen.getByRole("button", { name: "Save" }))
  expect(await screen.findByText("must have at least 12 characters")).toBeTruthy()
  expect(screen.queryByText("password: must have at least 12 characters")).toBeNull()
  expect(screen.getByLabelText("New password").getAttribute("aria-invalid")).toBe("true")

  vi.mocked(updateAccount).mockResolvedValueOnce({ ok: false, message: "Another account has this e-mail address", problems: [] })
  await user.click(screen.getByRole("button", { name: "Save" }))
  expect(await screen.findByText("Another account has this e-mail address")).toBeTruthy()
})
