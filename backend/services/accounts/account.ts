import type { Account, UpdateAccountRequest } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { deletePasswordReset } from "../../store/accounts/password-resets.ts"
import { findPassword, putPassword } from "../../store/accounts/passwords.ts"
import { updatePerson } from "../../store/accounts/people.ts"
import { deleteSessions } from "../../store/accounts/sessions.ts"
import { findUser, isUnusedEmail, type UserRecord } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { admitAttempt, succeed } from "./attempts.ts"
import { mailChange } from "./mail-change.ts"
import { hashNewPassword, isPassword } from "./password-hash.ts"
import { currentSessionOf } from "./sessions.ts"

/** Whoever has the platform's terminal is its operator, and needs no password to choose a new one. */
const isOperatorsBrowser = (ctx: Context): boolean => currentSessionOf(ctx)?.method === "operator"

async function requirePerson(ctx: Context): Promise<UserRecord> {
  const user = await findUser(ctx.db, requireUser(ctx))
  if (!user) throw new ServiceError("unauthorized", "The user of this key no longer exists")
  return user
}

/** What the caller signs in with. */
export async function readAccount(ctx: Context): Promise<Account> {
  const user = await requirePerson(ctx)
  const hasPassword = (await findPassword(ctx.db, user.id)) !== undefined
  return {
    user_id: user.id,
    name: user.name,
    email: isUnusedEmail(user.email) ? null : user.email,
    has_password: hasPassword,
    asks_password: hasPassword && !isOperatorsBrowser(ctx),
    is_admin: user.role === "ADMIN",
  }
}

/**
 * Changes the caller's name, e-mail address or password. A new password ends all other sessions.
 * @throws ServiceError without the present password, where there is one, and for an address that another person has
 */
export async function updateAccount(ctx: Context, request: UpdateAccountRequest): Promise<Account> {
  const user = await requirePerson(ctx)
  const { name, email, password } = request
  const isNewEmail = email !== undefined && email !== user.email
  if (isNewEmail || password !== undefined) await requirePassword(ctx, user, request.current_password)
  if (password !== undefined && isUnusedEmail(email ?? user.email)) throw invalid(["email"], "is needed to sign in with the password")
  const hash = password === undefined ? null : await hashNewPassword(password, email ?? user.email)
  if (!(await updatePerson(ctx.db, user.id, { name, email }))) throw new ServiceError("conflict", "Another account has this e-mail address")
  if (isNewEmail || (name !== undefined && name !== user.name))
    await record(ctx, ctx.db, { action: "account.update", target: { kind: "user", id: user.id, name: name ?? user.name } })
  if (isNewEmail) await mailChange(ctx, ctx.db, user.email, "email")
  if (hash !== null) await changePassword(ctx, user.id, email ?? user.email, hash)
  return readAccount(ctx)
}

async function changePassword(ctx: Context, userId: string, email: string, hash: string): Promise<void> {
  await ctx.db.transaction(async (tx) => {
    await putPassword(tx, userId, hash)
    await mailChange(ctx, tx, email, "password")
    await deletePasswordReset(tx, userId)
    await deleteSessions(tx, userId, currentSessionOf(ctx)?.id ?? null)
    await record(ctx, tx, { action: "password.change", target: { kind: "user", id: userId } })
  })
}

async function requirePassword(ctx: Context, user: UserRecord, given: string | undefined): Promise<void> {
  const stored = await findPassword(ctx.db, user.id)
  if (!stored || isOperatorsBrowser(ctx)) return
  if (!given) throw invalid(["current_password"], "is needed to change the e-mail address or the password")
  await admitAttempt(ctx, user.email)
  if (!(await isPassword(stored.hash, given))) throw invalid(["current_password"], "is not the present password")
  await succeed(ctx, user.email)
}
