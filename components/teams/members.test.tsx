import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { TeamMember } from "@/contract/index.ts"
import { changeRole, leaveTeam, removeMember } from "./actions.ts"
import { Members } from "./members.tsx"

vi.mock("next/navigation", () => ({ unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ changeRole: vi.fn(), leaveTeam: vi.fn(), removeMember: vi.fn() }))
beforeEach(() => {
  for (const action of [changeRole, leaveTeam, removeMember]) vi.mocked(action).mockReset()
})

const member = (userId: string, role: TeamMember["access_role"]): TeamMember => ({
  userId,
  userName: `Name of ${userId}`,
  userEmail: `${userId}@example.com`,
  role: role === "owner" ? "ADMIN" : "MEMBER",
  access_role: role,
  joinedAt: "2026-03-01T00:00:00Z",
})
const members = [member("ada", "owner"), member("ben", "viewer")]
const team = { id: "t1", name: "Lab" }
const dialog = () => within(screen.getByRole("dialog"))

test("an owner changes a role after reading what it means", async () => {
  vi.mocked(changeRole).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<Members team={team} members={members} selfId="ada" canManage />)
  await user.selectOptions(screen.getByLabelText("Role of Name of ben"), "Runner")
  expect(changeRole).not.toHaveBeenCalled()
  expect(dialog().getByText(/Launches, stops and judges runs/)).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Change role" }))
  await waitFor(() => expect(changeRole).toHaveBeenCalledWith("t1", "ben", "runner"))
  expect(await screen.findByText("Name of ben is runner now")).toBeTruthy()
})

test("a member is removed after a question; a refusal is said there", async () => {
  vi.mocked(removeMember).mockResolvedValue({ ok: false, message: "They are gone already.", problems: [] })
  const { user } = show(<Members team={team} members={members} selfId="ada" canManage />)
  await user.click(screen.getByRole("button", { name: "Remove Name of ben" }))
  await user.click(dialog().getByRole("button", { name: "Remove" }))
  expect(await dialog().findByText("They are gone already.")).toBeTruthy()
  expect(removeMember).toHaveBeenCalledWith("t1", "ben")
})

test("whoever is no owner sees who is what, changes nothing, and may leave", async () => {
  vi.mocked(leaveTeam).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<Members team={team} members={members} selfId="ben" canManage={false} />)
  expect(screen.queryByRole("combobox")).toBeNull()
  expect(screen.queryByRole("button", { name: /Remove/ })).toBeNull()
  await user.click(screen.getByRole("button", { name: "Leave" }))
  expect(leaveTeam).not.toHaveBeenCalled()
  await user.click(dialog().getByRole("button", { name: "Leave" }))
  await waitFor(() => expect(leaveTeam).toHaveBeenCalledWith("t1"))
})

test("whom a directory's group put there is changed in the directory", () => {
  const synced = { ...member("cyd", "runner"), from_directory: true }
  show(<Members team={team} members={[...members, synced]} selfId="ada" canManage />)
  expect(screen.getByText("from the directory")).toBeTruthy()
  expect(screen.queryByLabelText("Role of Name of cyd")).toBeNull()
  expect(screen.queryByRole("button", { name: "Remove Name of cyd" })).toBeNull()
})
