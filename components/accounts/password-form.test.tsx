import { screen, waitFor } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import { ForgotPasswordForm } from "./forgot-password-form.tsx"
import { PasswordForm } from "./password-form.tsx"
import { forgotPassword, signInWithPassword } from "./sign-in-actions.ts"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./sign-in-actions.ts", () => ({ forgotPassword: vi.fn(), signInWithPassword: vi.fn() }))
const assign = vi.fn()
beforeEach(() => {
  vi.mocked(signInWithPassword).mockReset()
  assign.mockReset()
  vi.spyOn(window.location, "assign").mockImplementation(assign)
})

test("an address and a password are needed, and lead to where one wanted to go", async () => {
  vi.mocked(signInWithPassword).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<PasswordForm returnPath="/dashboard/models" />)
  await user.click(screen.getByRole("button", { name: "Sign in" }))
  expect(screen.getByText("Enter your e-mail address.")).toBeTruthy()
  expect(screen.getByText("Enter your password.")).toBeTruthy()
  expect(signInWithPassword).not.toHaveBeenCalled()
  await user.type(screen.getByLabelText("E-mail"), "ada@example.com")
  await user.type(screen.getByLabelText("Password"), "a long password{Enter}")
  await waitFor(() => expect(assign).toHaveBeenCalledWith("/dashboard/models"))
  expect(signInWithPassword).toHaveBeenCalledWith("ada@example.com", "a long password")
})

test("a refusal is read with the password, and goes when one types", async () => {
  vi.mocked(signInWithPassword).mockResolvedValue({ ok: false, message: "The e-mail address or the password is not right", problems: [] })
  const { user } = show(<PasswordForm returnPath="/dashboard" />)
  await user.type(screen.getByLabelText("E-mail"), "ada@example.com")
  await user.type(screen.getByLabelText("Password"), "wrong{Enter}")
  expect(await screen.findByText("The e-mail address or the password is not right")).toBeTruthy()
  expect(assign).not.toHaveBeenCalled()
  await user.type(screen.getByLabelText("Password"), "x")
  expect(screen.queryByText("The e-mail address or the password is not right")).toBeNull()
})

test("who forgot a password gives an address, and is told what will happen without being told whether it is known", async () => {
  vi.mocked(forgotPassword).mockResolvedValueOnce({ ok: false, message: "Too many mails: try again in 15 minutes", problems: [] })
  vi.mocked(forgotPassword).mockResolvedValueOnce({ ok: true, value: null })
  const { user } = show(<ForgotPasswordForm />)
  await user.click(screen.getByRole("button", { name: "Send the link" }))
  expect(screen.getByText("Enter your e-mail address.")).toBeTruthy()
  expect(forgotPassword).not.toHaveBeenCalled()
  await user.type(screen.getByLabelText("E-mail"), " ada@example.com{Enter}")
  expect(await screen.findByText("Too many mails: try again in 15 minutes")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Send the link" }))
  const status = await screen.findByRole("status")
  expect(status.textContent).toContain("If there is an account with the address ada@example.com")
  expect(forgotPassword).toHaveBeenLastCalledWith("ada@example.com")
})
