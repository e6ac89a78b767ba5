import { afterAll, beforeEach, expect, test } from "vitest"
import { CreateInvitationRequest, limits } from "../../../contract/index.ts"
import { Authenticator } from "../../testing/authenticator.ts"
import { type Mail, startMailServer } from "../../testing/mail-server.ts"
import { sendDue } from "../../testing/send-messages.ts"
import { newTeam, newUser, serviceContext } from "../../testing/service-context.ts"
import { testPlatform } from "../../testing/test-platform.ts"
import type { Context } from "../context.ts"
import { updateAccount } from "./account.ts"
import { acceptInvitation, createInvitation, listInvitations, revokeInvitation } from "./invitations.ts"
import { addPasskey, makePasskeyOptions } from "./passkeys.ts"
import { createPasswordReset, forgotPassword, resetPassword } from "./password-reset.ts"
import { changePerson } from "./people.ts"
import { readSignInMethods } from "./sign-in.ts"

const mailServer = await startMailServer()
afterAll(() => mailServer.close())
beforeEach(() => {
  mailServer.mails.length = 0
})
const platform = testPlatform({ SMTP_URL: mailServer.url, MAIL_FROM: "Evals <evals@example.com>" })
const sql = async (text: string, values: unknown[] = []) => (await platform().database.pool.query(text, values)).rows
const browser = "Firefox on Linux"
const password = "a long password"
const page = { offset: 0, limit: 20 }

const nobody = async (address = "10.0.0.1") => ({ ...(await serviceContext(platform(), null)), address })
const operator = async () => serviceContext(platform(), await platform().ownerId())
const invite = (ctx: Context, email: string, more: object = {}) => createInvitation(ctx, CreateInvitationRequest.parse({ email, ...more }))
const textOf = (mail: Mail | undefined) => (mail?.text ?? "").replace(/=\r\n/g, "").replace(/=3D/g, "=")
const linkIn = (mail: Mail | undefined, path: string) => new RegExp(`/login/${path}/([A-Za-z0-9]+)`).exec(textOf(mail))?.[1] as string
const stateOf = async (ctx: Context, team_id: string) => (await listInvitations(ctx, { ...page, team_id })).data[0]?.mail

test("an invitation arrives by mail, opens what it says, and its token is nowhere once it has left", async () => {
  const { teamId, admin } = await newTeam(platform(), "mail-lab")
  const made = await invite(admin, "ada@example.org", { team_id: teamId, role: "editor" })
  expect(made.mail).toEqual({ state: "waiting", error: null })
  const token = made.url.split("/").at(-1) as string
  const [kept] = await sql("select outbox::text as row, encode(sealed_letter, 'escape') as letter from outbox")
  expect(kept.letter.length).toBeGreaterThan(token.length)
  for (const text of [kept.row, kept.letter]) expect(text).not.toContain(token)
  expect(await sendDue(platform())).toBe(1)
  const [mail] = mailServer.mails
  expect(mail?.to).toEqual(["ada@example.org"])
  expect(textOf(mail)).toContain("Subject: mail-lab-admin invites you to mail-lab on Hosted Evals")
  expect(textOf(mail)).not.toContain("You asked to be told this")
  expect(linkIn(mail, "join")).toBe(token)
  expect(await stateOf(admin, teamId)).toEqual({ state: "delivered", error: null })
  expect(await sql("select sealed_letter from outbox where cause = $1", [`invitation:${made.id}`])).toEqual([{ sealed_letter: null }])
  const { session } = await acceptInvitation(await nobody(), { token, name: "Ada", password, browser })
  expect(session?.token).toMatch(/^hes_/)
})

test("the list says when a mail fails and why; it is sent again, unless the invitation was revoked", async () => {
  const { teamId, admin } = await newTeam(platform(), "mail-busy")
  const made = await invite(admin, "bea@example.org", { team_id: teamId })
  mailServer.refusal = "Mailbox busy"
  await sendDue(platform())
  mailServer.refusal = null
  expect(await stateOf(admin, teamId)).toEqual({ state: "waiting", error: expect.stringContaining("Mailbox busy") })
  const due = () => sql("update outbox set due_at = now() where cause = $1", [`invitation:${made.id}`])
  await due()
  await sendDue(platform())
  expect(await stateOf(admin, teamId)).toEqual({ state: "delivered", error: null })

  const second = await invite(admin, "bob@example.org", { team_id: teamId })
  await revokeInvitation(admin, second.id)
  mailServer.mails.length = 0
  await sendDue(platform())
  expect(mailServer.mails).toEqual([])
  expect(await sql("select 1 from outbox where state = 'waiting'")).toEqual([])
})

test("an admin's link for a new password is mailed to its person", async () => {
  const cyd = await newUser(platform(), "cyd-mailed")
  const link = await createPasswordReset(await operator(), cyd.userId)
  expect(link.mailed_to).toBe("cyd-mailed@test")
  await sendDue(platform())
  expect(mailServer.mails.map(({ to }) => to)).toEqual([["cyd-mailed@test"]])
  expect(linkIn(mailServer.mails[0], "reset")).toBe(link.url.split("/").at(-1))
})

test("a forgotten password: whoever has an account with the address gets a link, others nothing, and the answer is the same", async () => {
  const dan = await newUser(platform(), "dan")
  const off = await newUser(platform(), "off")
  await sql("update users set email = slug || '@example.org' where id = any($1)", [[dan.userId, off.userId]])
  await changePerson(await operator(), off.userId, { is_on: false })
  expect(await readSignInMethods(await nobody())).toMatchObject({ forgot_password: true })
  for (const email of ["dan@example.org", "off@example.org", "stranger@example.org"])
    expect(await forgotPassword(await nobody(), { email })).toBeUndefined()
  expect(await sql("select 1 from password_resets where user_id = $1", [dan.userId])).toEqual([])
  await sendDue(platform())
  expect(mailServer.mails.map(({ to }) => to)).toEqual([["dan@example.org"]])
  expect(await sql("select 1 from outbox where state = 'waiting'")).toEqual([])
  const token = linkIn(mailServer.mails[0], "reset")
  expect((await resetPassword(await nobody(), { token, password, browser })).token).toMatch(/^hes_/)
  await expect(resetPassword(await nobody(), { token, password, browser })).rejects.toMatchObject({ code: "not_found" })
})

test("what was changed of an account is mailed to where its person was reached until then", async () => {
  const gus = await newUser(platform(), "gus-changed")
  const sent = async () => {
    mailServer.mails.length = 0
    await sendDue(platform())
    return mailServer.mails.map((mail) => [mail.to[0], /Subject: (.*)/.exec(textOf(mail))?.[1]])
  }
  await sendDue(platform())
  await updateAccount(gus, { name: "Gus" })
  expect(await sent()).toEqual([])
  await updateAccount(gus, { email: "gus@example.org", password })
  expect((await sent()).sort()).toEqual([
    ["gus-changed@test", "Your e-mail address was changed on Hosted Evals"],
    ["gus@example.org", "Your password was changed on Hosted Evals"],
  ])
  await forgotPassword(await nobody(), { email: "gus@example.org" })
  await sendDue(platform())
  await resetPassword(await nobody(), { token: linkIn(mailServer.mails.at(-1), "reset") as string, password, browser })
  expect(await sent()).toEqual([["gus@example.org", "Your password was changed on Hosted Evals"]])
  const device = new Authenticator(new URL(platform().services.config.publicUrl).origin)
  const { options } = await makePasskeyOptions(gus)
  await addPasskey(gus, { name: "laptop", response: device.create(options as never) })
  expect(await sent()).toEqual([["gus@example.org", "A passkey was added to your account on Hosted Evals"]])
})

test("mails with links to one address are few, whoever asks, and so are those that one place asks for", async () => {
  const ask = async (email: string, address: string) => forgotPassword(await nobody(address), { email })
  for (let i = 0; i < limits.linkMailsPerAddress; i++) await ask("eve@example.org", `10.1.0.${i}`)
  await expect(ask("eve@example.org", "10.1.1.1")).rejects.toThrow(/Too many mails: try again in \d+ minutes/)
  await expect(invite(await operator(), "eve@example.org")).rejects.toThrow("Too many mails")
  for (let i = 0; i < limits.signInsPerAccount; i++) await ask(`eve${i}@example.org`, "10.2.0.1")
  await expect(ask("other@example.org", "10.2.0.1")).rejects.toThrow("Too many mails")
})

test("without a mail server nobody is promised a mail", async () => {
  const quiet = async (ctx: Context): Promise<Context> => ({ ...ctx, config: { ...ctx.config, mail: null } })
  await expect(forgotPassword(await quiet(await nobody()), { email: "x@example.org" })).rejects.toMatchObject({ code: "conflict" })
  expect((await invite(await quiet(await operator()), "quiet@example.org")).mail).toBeNull()
  expect((await createPasswordReset(await quiet(await operator()), (await newUser(platform(), "fay-quiet")).userId)).mailed_to).toBeNull()
  expect((await readSignInMethods(await quiet(await nobody()))).forgot_password).toBe(false)
})
