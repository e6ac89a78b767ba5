import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { UserSession } from "@/contract/index.ts"
import { endOtherSessions, endSession } from "./actions.ts"
import { SessionsCard } from "./sessions-card.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ endSession: vi.fn(), endOtherSessions: vi.fn() }))
beforeEach(() => {
  vi.mocked(endSession).mockReset()
  vi.mocked(endOtherSessions).mockReset()
})

const session = (id: string, more: Partial<UserSession> = {}): UserSession => ({
  id,
  current: false,
  method: "password",
  browser: `Firefox on ${id}`,
  address: "10.0.0.1",
  created_at: "2026-03-01T00:00:00Z",
  last_used_at: "2026-03-01T00:00:00Z",
  expires_at: "2026-03-31T00:00:00Z",
  ...more,
})
const dialog = () => within(screen.getByRole("dialog"))

test("the present browser is told apart, and not ended from here", () => {
  show(<SessionsCard sessions={[session("Linux", { current: true })]} total={1} />)
  expect(screen.getByText("This browser")).toBeTruthy()
  expect(screen.queryByRole("button")).toBeNull()
})

test("another session, or all others, is ended after a question", async () => {
  vi.mocked(endSession).mockResolvedValue({ ok: true, value: null })
  vi.mocked(endOtherSessions).mockResolvedValueOnce({ ok: false, message: "Not now.", problems: [] })
  const { user } = show(<SessionsCard sessions={[session("Linux", { current: true }), session("macOS")]} total={2} />)
  await user.click(screen.getByRole("button", { name: "End the session of Firefox on macOS" }))
  expect(dialog().getByText(/Firefox on macOS has to sign in again/)).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "End" }))
  await waitFor(() => expect(endSession).toHaveBeenCalledWith("macOS"))
  expect(await screen.findByText("The session was ended")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "End all others" }))
  await user.click(dialog().getByRole("button", { name: "End" }))
  expect(await dialog().findByText("Not now.")).toBeTruthy()
})

test("a list that was cut says so", () => {
  show(<SessionsCard sessions={[session("Linux", { current: true }), session("iOS", { browser: "" })]} total={150} />)
  expect(screen.getByText("The last 2 of 150 that were used.")).toBeTruthy()
  expect(screen.getByText("Another program")).toBeTruthy()
})
