import type { ForgotPasswordRequest, NewSession, PasswordReset, PasswordResetLink, ResetPasswordRequest } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { makePasswordLink, writePasswordLink } from "../../outbox/letters.ts"
import { findPasswordReset, takePasswordReset } from "../../store/accounts/password-resets.ts"
import { putPassword } from "../../store/accounts/passwords.ts"
import { deleteSessions } from "../../store/accounts/sessions.ts"
import { findUser, isUnusedEmail } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import type { Context, Services } from "../context.ts"
import { admitLinkMail } from "./attempts.ts"
import { mailChange } from "./mail-change.ts"
import { hashNewPassword } from "./password-hash.ts"
import { requireAdmin } from "./people.ts"
import { beginSession } from "./sessions.ts"

const gone = () => new ServiceError("not_found", "This link opens nothing: it was used, has expired or was not copied whole")

/** A link for a new password that an admin gives to a person; it is mailed as well, where the platform sends mails. */
export async function createPasswordReset(ctx: Context, userId: string): Promise<PasswordResetLink> {
  await requireAdmin(ctx)
  const user = await findUser(ctx.db, userId)
  if (!user) throw notFound("person", userId)
  if (isUnusedEmail(user.email)) throw invalid(["user_id"], "is a person without an e-mail address to sign in with")
  const { mail, publicUrl, secretKey } = ctx.config
  if (mail) await admitLinkMail(ctx, user.email)
  return ctx.db.transaction(async (tx) => {
    const { token, url, expiresAt } = await makePasswordLink(tx, publicUrl, userId)
    if (mail) await writePasswordLink(tx, secretKey, { address: user.email, token })
    await record(ctx, tx, { action: "password_reset.create", target: { kind: "user", id: userId, name: user.name } })
    return { url, expires_at: expiresAt.toISOString(), mailed_to: mail && user.email }
  })
}

/**
 * Mails a link for a new password to whoever has an account with an address. Whether anybody has is asked when the mail is sent, so that
 * neither the answer nor its time tells.
 * @throws ServiceError where the platform sends no mails, and TooManyRequests
 */
export async function forgotPassword(ctx: Context, { email }: ForgotPasswordRequest): Promise<void> {
  const { mail, secretKey } = ctx.config
  if (!mail) throw new ServiceError("conflict", "This platform sends no e-mail: ask an admin for a link")
  await admitLinkMail(ctx, email)
  await ctx.db.transaction((tx) => writePasswordLink(tx, secretKey, { address: email, token: null }))
}

/** Whose password a link is for. @throws ServiceError not_found for a link that was used, has expired or never was */
export async function openPasswordReset({ db }: Services, token: string): Promise<PasswordReset> {
  const userId = await findPasswordReset(db, hashToken(token))
  const user = userId && (await findUser(db, userId))
  if (!user) throw gone()
  return { name: user.name, email: user.email }
}

/** Chooses a new password with a link: ends all sessions and begins one. */
export async function resetPassword(ctx: Context, { token, password, browser }: ResetPasswordRequest): Promise<NewSession> {
  const { email } = await openPasswordReset(ctx, token)
  const hash = await hashNewPassword(password, email)
  return ctx.db.transaction(async (tx) => {
    const userId = await takePasswordReset(tx, hashToken(token))
    if (!userId) throw gone()
    await putPassword(tx, userId, hash)
    await deleteSessions(tx, userId, null)
    await mailChange(ctx, tx, email, "password")
    await record({ caller: { kind: "user", userId } }, tx, { action: "password.change", target: { kind: "user", id: userId } })
    return beginSession(tx, userId, "password", { address: ctx.address, browser })
  })
}
