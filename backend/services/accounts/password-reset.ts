import { limits, type NewSession, type PasswordReset, type PasswordResetLink, type ResetPasswordRequest } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newToken } from "../../base/ids.ts"
import { findPasswordReset, putPasswordReset, takePasswordReset } from "../../store/accounts/password-resets.ts"
import { putPassword } from "../../store/accounts/passwords.ts"
import { deleteSessions } from "../../store/accounts/sessions.ts"
import { findUser, isUnusedEmail } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import type { Context, Services } from "../context.ts"
import { hashPassword } from "./password-hash.ts"
import { requireAdmin } from "./people.ts"
import { beginSession } from "./sessions.ts"

const hourMs = 3_600_000

const gone = () => new ServiceError("not_found", "This link opens nothing: it was used, has expired or was not copied whole")

/** A link with which a person chooses a new password, once. The person's link before this one ends. */
export async function makeResetLink({ db, config }: Services, userId: string): Promise<PasswordResetLink> {
  const token = newToken("")
  const expiresAt = new Date(Date.now() + limits.passwordResetHours * hourMs)
  await putPasswordReset(db, { userId, tokenHash: hashToken(token), expiresAt })
  return { url: new URL(`/login/reset/${token}`, config.publicUrl).href, expires_at: expiresAt.toISOString() }
}

/** A reset link that an admin gives to a person. */
export async function createPasswordReset(ctx: Context, userId: string): Promise<PasswordResetLink> {
  await requireAdmin(ctx)
  const user = await findUser(ctx.db, userId)
  if (!user) throw notFound("person", userId)
  if (isUnusedEmail(user.email)) throw invalid(["user_id"], "is a person without an e-mail address to sign in with")
  const link = await makeResetLink(ctx, userId)
  await record(ctx, ctx.db, { action: "password_reset.create", target: { kind: "user", id: userId, name: user.name } })
  return link
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
  if (!(await findPasswordReset(ctx.db, hashToken(token)))) throw gone()
  const hash = await hashPassword(password)
  return ctx.db.transaction(async (tx) => {
    const userId = await takePasswordReset(tx, hashToken(token))
    if (!userId) throw gone()
    await putPassword(tx, userId, hash)
    await deleteSessions(tx, userId, null)
    await record({ caller: { kind: "user", userId } }, tx, { action: "password.change", target: { kind: "user", id: userId } })
    return beginSession(tx, userId, "password", { address: ctx.address, browser })
  })
}
