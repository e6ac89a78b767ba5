import { expect, test } from "vitest"
import { CreateInvitationRequest, limits } from "../../../contract/index.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { identifyCaller } from "../identity/identify-caller.ts"
import { listTeams } from "../identity/teams.ts"
import { whoami } from "../identity/whoami.ts"
import { readAccount, updateAccount } from "./account.ts"
import { acceptInvitation, createInvitation, listInvitations, openInvitation, revokeInvitation } from "./invitations.ts"
import { createPasswordReset, openPasswordReset, resetPassword } from "./password-reset.ts"
import { listPeople } from "./people.ts"
import { signIn } from "./sign-in.ts"

const platform = testPlatform()
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows
const password = "a long password"
const page = { offset: 0, limit: 20 }
const browser = "Firefox on Linux"

const nobody = () => serviceContext(platform(), null)
const operator = async () => serviceContext(platform(), await platform().ownerId())
const invite = (ctx: Context, email: string, more: object = {}) => createInvitation(ctx, CreateInvitationRequest.parse({ email, ...more }))
const endOf = (url: string) => url.split("/").at(-1) as string
const accept = async (url: string, name: string) =>
  (await acceptInvitation(await nobody(), { token: endOf(url), name, password, browser })).session?.token as string
const contextOf = (token: string) => identifyCaller(platform().services, token)

test("an invitation makes an account, once, and puts it into its team", async () => {
  const { teamId, admin } = await newTeam(platform(), "lab")
  const made = await invite(admin, " Ada@Example.com ", { team_id: teamId, role: "editor" })
  expect((Date.parse(made.expires_at) - Date.now()) / 86_400_000).toBeCloseTo(limits.invitationDays, 1)
  expect(JSON.stringify(await sql("select * from invitations where id = $1", [made.id]))).not.toContain(endOf(made.url))
  expect(await openInvitation(platform().services, endOf(made.url))).toMatchObject({
    email: "ada@example.com",
    team_name: "lab",
    role: "editor",
    invited_by: "lab-admin",
  })
  const token = endOf(made.url)
  await expect(acceptInvitation(await nobody(), { token, browser })).rejects.toMatchObject({ problems: [{ path: ["name"] }] })
  const twice = await Promise.allSettled([accept(made.url, "Ada"), accept(made.url, "Not Ada")])
  expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
  const session = twice.find(({ status }) => status === "fulfilled") as PromiseFulfilledResult<string>
  const ada = await contextOf(session.value)
  expect(await whoami(ada)).toMatchObject({ email: "ada@example.com", slug: "ada", role: "USER" })
  expect((await listTeams(ada, page)).data).toMatchObject([{ teamId, access_role: "editor" }])
  await expect(accept(made.url, "Again")).rejects.toMatchObject({ code: "not_found" })
  await expect(openInvitation(platform().services, token)).rejects.toMatchObject({ code: "not_found" })
  expect((await signIn(await nobody(), { email: "ada@example.com", password, browser })).token).toMatch(/^hes_/)
  expect((await listInvitations(admin, { ...page, team_id: teamId })).data).toMatchObject([{ id: made.id, used_at: expect.any(String) }])
})

test("admins of the platform invite to it, those of a team to the team, and nobody else", async () => {
  const { teamId, admin, member } = await newTeam(platform(), "crew")
  const stranger = await newUser(platform(), "stranger")
  for (const ctx of [admin, member, stranger]) await expect(invite(ctx, "x@example.com")).rejects.toMatchObject({ code: "forbidden" })
  for (const ctx of [member, stranger, await operator()])
    await expect(invite(ctx, "x@example.com", { team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  const [toPlatform, toTeam] = [await invite(await operator(), "p@example.com"), await invite(admin, "t@example.com", { team_id: teamId })]
  expect(toPlatform).toMatchObject({ team_id: null, team_name: null, role: null })
  await expect(listInvitations(member, { ...page, team_id: teamId })).rejects.toMatchObject({ code: "forbidden" })
  await expect(listInvitations(admin, page)).rejects.toMatchObject({ code: "forbidden" })
  expect((await listInvitations(admin, { ...page, team_id: teamId })).data.map(({ id }) => id)).toEqual([toTeam.id])
  const all = await listInvitations(await operator(), { offset: 0, limit: 1 })
  expect([all.data.map(({ id }) => id), all.total_count > 1]).toEqual([[toTeam.id], true])

  await expect(revokeInvitation(member, toTeam.id)).rejects.toMatchObject({ code: "forbidden" })
  await expect(revokeInvitation(admin, toPlatform.id)).rejects.toMatchObject({ code: "forbidden" })
  await revokeInvitation(admin, toTeam.id)
  await revokeInvitation(await operator(), toPlatform.id)
  await expect(revokeInvitation(await operator(), toPlatform.id)).rejects.toMatchObject({ code: "not_found" })
  await expect(accept(toTeam.url, "Late")).rejects.toMatchObject({ code: "not_found" })
})

test("an invitation ends after seven days, and those of one person that wait are limited", async () => {
  const old = await invite(await operator(), "old@example.com")
  await sql("update invitations set expires_at = now() - interval '1 second' where id = $1", [old.id])
  await expect(accept(old.url, "Late")).rejects.toMatchObject({ code: "not_found" })
  await sql(
    `insert into invitations (id, token_hash, email, invited_by, expires_at)
     select 'full' || i, 'full' || i, 'x', $1, now() + interval '1 day' from generate_series(1, $2) i`,
    [await platform().ownerId(), limits.invitationsMax],
  )
  await expect(invite(await operator(), "one.more@example.com")).rejects.toMatchObject({ code: "conflict" })
  await sql("delete from invitations where id like 'full%'")
})

test("an invitation ends with the right of whoever made it", async () => {
  const { teamId, admin } = await newTeam(platform(), "choir")
  const { url } = await invite(admin, "eve@example.com", { team_id: teamId })
  await sql("update memberships set role = 'editor' where user_id = $1", [admin.userId])
  await expect(openInvitation(platform().services, endOf(url))).rejects.toMatchObject({ code: "not_found" })
  await expect(accept(url, "Eve")).rejects.toMatchObject({ code: "not_found" })
})

test("whoever has an account joins a team with it, and makes no second one", async () => {
  const { teamId, admin } = await newTeam(platform(), "group")
  const bea = await contextOf(await accept((await invite(await operator(), "bea@example.com")).url, "Bea"))
  const again = await invite(admin, "bea@example.com", { team_id: teamId })
  await expect(accept(again.url, "Bea")).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("sign in with it") })
  expect(await acceptInvitation(bea, { token: endOf(again.url), browser })).toEqual({ session: null })
  expect((await listTeams(bea, page)).data).toMatchObject([{ teamId }])
  const toPlatform = await invite(await operator(), "other@example.com")
  await expect(acceptInvitation(bea, { token: endOf(toPlatform.url), browser })).rejects.toMatchObject({ code: "conflict" })
  expect(await openInvitation(platform().services, endOf(toPlatform.url))).toMatchObject({ email: "other@example.com" })
})

test("a username is made of the address, and a free one", async () => {
  await newUser(platform(), "jo-doe")
  const usernameOf = async (email: string) =>
    (await whoami(await contextOf(await accept((await invite(await operator(), email)).url, "Jo")))).slug
  expect(await usernameOf("jo.doe@example.com")).toMatch(/^jo-doe-\d+$/)
  expect(await usernameOf("x@example.com")).toBe("user-x")
})

test("an admin's link sets a new password, once, and ends what was signed in", async () => {
  const token = await accept((await invite(await operator(), "cyd@example.com")).url, "Cyd")
  const cyd = await contextOf(token)
  const { user_id } = await readAccount(cyd)
  await expect(createPasswordReset(cyd, user_id)).rejects.toMatchObject({ code: "forbidden" })
  await expect(createPasswordReset(await operator(), "nobody")).rejects.toMatchObject({ code: "not_found" })
  const first = await createPasswordReset(await operator(), user_id)
  const link = await createPasswordReset(await operator(), user_id)
  expect(JSON.stringify(await sql("select * from password_resets"))).not.toContain(endOf(link.url))
  const use = async (url: string) =>
    (await resetPassword(await nobody(), { token: endOf(url), password: "another long one", browser })).token
  await expect(use(first.url)).rejects.toMatchObject({ code: "not_found" })
  expect(await openPasswordReset(platform().services, endOf(link.url))).toEqual({ name: "Cyd", email: "cyd@example.com" })
  const uses = await Promise.allSettled([use(link.url), use(link.url)])
  expect(uses.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"])
  await expect(contextOf(token)).rejects.toMatchObject({ code: "unauthorized" })
  const signInWith = async (given: string) => signIn(await nobody(), { email: "cyd@example.com", password: given, browser })
  await expect(signInWith(password)).rejects.toMatchObject({ code: "unauthorized" })
  expect((await signInWith("another long one")).token).toMatch(/^hes_/)

  const late = await createPasswordReset(await operator(), user_id)
  await sql("update password_resets set expires_at = now() - interval '1 second'")
  await expect(use(late.url)).rejects.toMatchObject({ code: "not_found" })
  const unused = await createPasswordReset(await operator(), user_id)
  await updateAccount(await contextOf((await signInWith("another long one")).token), { password, current_password: "another long one" })
  await expect(use(unused.url)).rejects.toMatchObject({ code: "not_found" })
})

test("admins of the platform see everybody, and nobody else does", async () => {
  const dan = await newUser(platform(), "dan")
  await expect(listPeople(dan, page)).rejects.toMatchObject({ code: "forbidden" })
  await expect(listPeople(await nobody(), page)).rejects.toMatchObject({ code: "unauthorized" })
  const { data, total_count } = await listPeople(await operator(), { offset: 0, limit: 1000 })
  expect(data).toHaveLength(total_count)
  expect(data[0]).toMatchObject({ name: "Local user", is_admin: true, has_password: false })
  expect(data.find(({ email }) => email === "ada@example.com")).toMatchObject({ has_password: true })
  expect((await listPeople(await operator(), { offset: 1, limit: 1 })).data).toEqual([data[1]])
  expect(JSON.stringify(data)).not.toContain("argon2")
})
