import { screen, waitFor, within } from "@testing-library/react"
import { beforeEach, expect, test, vi } from "vitest"
import { show } from "@/components/testing/show.tsx"
import type { Invitation, Person, Team } from "@/contract/index.ts"
import { changePerson, createInvitation, createPasswordReset, revokeInvitation } from "./actions.ts"
import { InvitationsCard } from "./invitations-card.tsx"
import { PeopleCard } from "./people-card.tsx"

const refresh = vi.fn()
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }), unstable_rethrow: () => {} }))
vi.mock("./actions.ts", () => ({
  changePerson: vi.fn(),
  createInvitation: vi.fn(),
  createPasswordReset: vi.fn(),
  revokeInvitation: vi.fn(),
}))
beforeEach(() => {
  for (const mock of [changePerson, createInvitation, createPasswordReset, revokeInvitation]) vi.mocked(mock).mockReset()
  refresh.mockReset()
})

const dialog = () => within(screen.getByRole("dialog"))
const invitation: Invitation = {
  id: "i",
  email: "bea@example.com",
  team_id: null,
  team_name: null,
  role: null,
  invited_by: "Ada",
  created_at: "2026-03-01T00:00:00Z",
  expires_at: "2126-03-08T00:00:00Z",
  used_at: null,
  mail: null,
}
const team = { teamId: "t", name: "Lab" } as Team

test("an invitation to a team has a role, and its link is shown once", async () => {
  vi.mocked(createInvitation).mockResolvedValue({ ok: true, value: { ...invitation, url: "https://evals.lab/login/join/abc" } })
  const { user } = show(<InvitationsCard invitations={[]} teams={[team]} />)
  expect(screen.getByText(/Nobody is invited/)).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Invite" }))
  await user.click(dialog().getByRole("button", { name: "Make the link" }))
  expect(dialog().getByText("Enter an e-mail address.")).toBeTruthy()
  await user.type(dialog().getByLabelText("E-mail"), " bea@example.com ")
  expect(dialog().queryByLabelText("Role in the team")).toBeNull()
  await user.selectOptions(dialog().getByLabelText("Team"), "Lab")
  await user.selectOptions(dialog().getByLabelText("Role in the team"), "viewer")
  await user.click(dialog().getByRole("button", { name: "Make the link" }))
  expect(await dialog().findByText("https://evals.lab/login/join/abc")).toBeTruthy()
  expect(createInvitation).toHaveBeenCalledWith("bea@example.com", { id: "t", role: "viewer" })
  await user.click(dialog().getByRole("button", { name: "Done" }))
  expect(screen.queryByText("https://evals.lab/login/join/abc")).toBeNull()
  expect(refresh).toHaveBeenCalled()
})

test("on a team's page people are invited to that team", async () => {
  vi.mocked(createInvitation).mockResolvedValue({ ok: true, value: { ...invitation, url: "https://evals.lab/login/join/abc" } })
  const { user } = show(<InvitationsCard invitations={[]} teams={[team]} isTeamOptional={false} />)
  await user.click(screen.getByRole("button", { name: "Invite" }))
  expect(dialog().queryByLabelText("Team")).toBeNull()
  await user.type(dialog().getByLabelText("E-mail"), "bea@example.com")
  await user.click(dialog().getByRole("button", { name: "Make the link" }))
  expect(await dialog().findByText("https://evals.lab/login/join/abc")).toBeTruthy()
  expect(createInvitation).toHaveBeenCalledWith("bea@example.com", { id: "t", role: "runner" })
})

test("an invitation that waits is revoked; one that was used stays", async () => {
  vi.mocked(revokeInvitation).mockResolvedValue({ ok: true, value: null })
  const used = { ...invitation, id: "u", email: "cyd@example.com", used_at: "2026-03-02T00:00:00Z" }
  const expired = { ...invitation, id: "e", email: "dan@example.com", expires_at: "2026-03-02T00:00:00Z" }
  const { user } = show(<InvitationsCard invitations={[invitation, used, expired]} teams={[]} />)
  for (const state of ["Waiting", "Accepted", "Expired"]) expect(screen.getByText(state)).toBeTruthy()
  expect(screen.queryByRole("button", { name: "Revoke the invitation of cyd@example.com" })).toBeNull()
  await user.click(screen.getByRole("button", { name: "Revoke the invitation of bea@example.com" }))
  await user.click(dialog().getByRole("button", { name: "Revoke" }))
  await waitFor(() => expect(revokeInvitation).toHaveBeenCalledWith("i"))
})

test("an invitation says whether its mail has left, and the dialog that it was sent by mail", async () => {
  const mail = { state: "waiting" as const, error: null }
  vi.mocked(createInvitation).mockResolvedValue({ ok: true, value: { ...invitation, mail, url: "https://evals.lab/login/join/abc" } })
  const failing = { ...invitation, id: "f", email: "cyd@example.com", mail: { state: "waiting" as const, error: "Mailbox busy" } }
  const lost = { ...invitation, id: "l", email: "dan@example.com", mail: { state: "given_up" as const, error: "No such mailbox" } }
  const sent = { ...invitation, id: "s", email: "eve@example.com", mail: { state: "delivered" as const, error: null } }
  const { user } = show(<InvitationsCard invitations={[{ ...invitation, mail }, failing, lost, sent]} teams={[]} />)
  expect(screen.getByText("mail on its way")).toBeTruthy()
  expect(screen.getByText("mail sent")).toBeTruthy()
  expect(screen.getByText("mail not sent yet, it is tried again: Mailbox busy")).toBeTruthy()
  expect(screen.getByText("mail not sent: No such mailbox. Revoke the invitation, make another and send its link yourself.")).toBeTruthy()
  await user.click(screen.getByRole("button", { name: "Invite" }))
  await user.type(dialog().getByLabelText("E-mail"), "bea@example.com")
  await user.click(dialog().getByRole("button", { name: "Make the link" }))
  expect(await dialog().findByText(/The link is on its way to bea@example.com by mail/)).toBeTruthy()
})

const person = (id: string, name: string, more: Partial<Person> = {}): Person => ({
  ...{ id, name, email: `${name}@example.com`, slug: name, is_admin: false, is_operator: false, is_on: true, has_password: false },
  created_at: "2026-03-01T00:00:00Z",
  ...more,
})
const openMenu = async (user: ReturnType<typeof show>["user"], name: string, item: string | RegExp) => {
  await user.click(screen.getByRole("button", { name: `More for ${name}` }))
  const row = screen.getByText(name).closest("li") as HTMLElement
  await user.click(within(row).getByRole("menuitem", { name: item, hidden: true }))
}

test("an admin makes a link for somebody else's new password", async () => {
  vi.mocked(createPasswordReset).mockResolvedValue({
    ok: true,
    value: { url: "https://evals.lab/login/reset/xyz", expires_at: "2026-03-02T00:00:00Z", mailed_to: null },
  })
  const { user } = show(<PeopleCard people={[person("a", "ada"), person("b", "bea")]} readerId="a" />)
  expect(screen.queryByRole("button", { name: "More for ada" })).toBeNull()
  await openMenu(user, "bea", "New password…")
  await user.click(dialog().getByRole("button", { name: "Make the link" }))
  expect(await screen.findByText("https://evals.lab/login/reset/xyz")).toBeTruthy()
  expect(screen.getByText(/^Send this link to bea@example.com: it cannot be shown again/)).toBeTruthy()
  expect(createPasswordReset).toHaveBeenCalledWith("b")
})

test("an account is switched off only after a question, and the operator's never", async () => {
  vi.mocked(changePerson).mockResolvedValue({ ok: true, value: null })
  const people = [person("a", "ada"), person("b", "bea"), person("c", "cem", { is_on: false }), person("o", "op", { is_operator: true })]
  const { user } = show(<PeopleCard people={people} readerId="a" />)
  expect(screen.getByText("Switched off")).toBeTruthy()
  await openMenu(user, "bea", "Switch off…")
  expect(changePerson).not.toHaveBeenCalled()
  await user.click(dialog().getByRole("button", { name: "Switch off" }))
  await waitFor(() => expect(changePerson).toHaveBeenCalledWith("b", { is_on: false }))
  await openMenu(user, "cem", "Switch on")
  expect(changePerson).toHaveBeenCalledWith("c", { is_on: true })
  await openMenu(user, "bea", "Make an admin")
  expect(changePerson).toHaveBeenCalledWith("b", { is_admin: true })
  const operator = screen.getByText("op").closest("li") as HTMLElement
  expect(within(operator).queryByRole("menuitem", { name: /Switch off/, hidden: true })).toBeNull()
})
