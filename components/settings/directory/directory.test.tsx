import { screen, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { DirectoryGroup, DirectoryToken, Team } from "@/contract/index.ts"
import { createDirectoryToken, mapDirectoryGroup, revokeDirectoryToken } from "./actions.ts"
import { GroupsCard } from "./groups-card.tsx"
import { TokensCard } from "./tokens-card.tsx"

const refresh = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({ createDirectoryToken: vi.fn(), mapDirectoryGroup: vi.fn(), revokeDirectoryToken: vi.fn() }))
beforeEach(() => {
  for (const mock of [createDirectoryToken, mapDirectoryGroup, revokeDirectoryToken]) vi.mocked(mock).mockReset()
  refresh.mockReset()
})

const dialog = () => within(screen.getByRole("dialog"))
const token: DirectoryToken = {
  id: "d",
  name: "Okta",
  prefix: "hed_abcd",
  made_by: "Olga",
  created_at: "2026-03-01T00:00:00Z",
  expires_at: null,
  last_used_at: null,
}
const group: DirectoryGroup = {
  id: "g",
  name: "Eval people",
  members: 3,
  team_id: null,
  team_name: null,
  role: "viewer",
  updated_at: "2026-03-01T00:00:00Z",
}
const team = { teamId: "t", name: "Lab" } as Team

test("a token is shown once, with the address that the directory needs", async () => {
  const value = { ...token, value: "hed_the_token", url: "https://evals.lab/api/v1/scim/v2" }
  vi.mocked(createDirectoryToken).mockResolvedValue({ ok: true, value })
  const { user } = show(<TokensCard tokens={[]} />)
  expect(screen.getByText("No directory is connected.")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "New token" }))
  await user.click(dialog().getByRole("button", { name: "Make the token" }))
  expect(dialog().getByText("Give it a name.")).toBeTruthy()
  await user.type(dialog().getByLabelText("Name"), " Okta ")
  await user.selectOptions(dialog().getByLabelText("Works"), "A year")
  await user.click(dialog().getByRole("button", { name: "Make the token" }))
  expect(await dialog().findByText("hed_the_token")).toBeTruthy()
  expect(dialog().getByText("https://evals.lab/api/v1/scim/v2")).toBeTruthy()
  expect(createDirectoryToken).toHaveBeenCalledWith("Okta", 365)
  await user.click(dialog().getByRole("button", { name: "Done" }))
  expect(screen.queryByText("hed_the_token")).toBeNull()
  expect(refresh).toHaveBeenCalled()
})

test("a token is revoked after a question", async () => {
  vi.mocked(revokeDirectoryToken).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<TokensCard tokens={[token]} />)
  expect(screen.getByText("never used")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Revoke Okta" }))
  expect(revokeDirectoryToken).not.toHaveBeenCalled()
  await user.click(dialog().getByRole("button", { name: "Revoke" }))
  expect(revokeDirectoryToken).toHaveBeenCalledWith("d")
})

test("a group gets a team and a role, and a refusal is shown", async () => {
  vi.mocked(mapDirectoryGroup).mockResolvedValueOnce({ ok: false, message: "You are not a member of the team" } as never)
  vi.mocked(mapDirectoryGroup).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<GroupsCard groups={[group]} teams={[team]} />)
  expect(screen.getByText("no team")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Change what Eval people gives" }))
  expect(dialog().queryByLabelText("Role")).toBeNull()
  await user.selectOptions(dialog().getByLabelText("Team"), "Lab")
  await user.selectOptions(dialog().getByLabelText("Role"), "Runner")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  expect(await dialog().findByText("You are not a member of the team")).toBeTruthy()
  await user.click(dialog().getByRole("button", { name: "Save" }))
  expect(mapDirectoryGroup).toHaveBeenLastCalledWith("g", "t", "runner")
  expect(screen.queryByRole("dialog")).toBeNull()
})

test("a group of a team that the reader does not own shows it, and gives it up", async () => {
  vi.mocked(mapDirectoryGroup).mockResolvedValue({ ok: true, value: null })
  const { user } = show(<GroupsCard groups={[{ ...group, team_id: "x", team_name: "Other", role: "editor" }]} teams={[team]} />)
  expect(screen.getByText("Other")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Change what Eval people gives" }))
  await user.selectOptions(dialog().getByLabelText("Team"), "No team")
  await user.click(dialog().getByRole("button", { name: "Save" }))
  expect(mapDirectoryGroup).toHaveBeenCalledWith("g", null, "editor")
})
