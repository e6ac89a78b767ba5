import { type Identity, limits, type RemoveIdentityQuery } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { deleteIdentity, findIdentity, insertIdentity, listIdentities as listRows } from "../../store/accounts/identities.ts"
import { listPasskeys } from "../../store/accounts/passkeys.ts"
import { findPassword } from "../../store/accounts/passwords.ts"
import { findUser, lockUser } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { mailChange } from "./mail-change.ts"
import type { Identified } from "./provider-sign-in.ts"

export type IdentityAdded = "added" | "taken" | "too_many"

/** Who the caller is to providers of identities, in the order in which they were added. */
export async function listIdentities(ctx: Context): Promise<Identity[]> {
  const rows = await listRows(ctx.db, requireUser(ctx))
  return rows.map(({ provider, subject, email, createdAt }) => ({ provider, subject, email, created_at: createdAt.toISOString() }))
}

/**
 * Lets the caller sign in as who a provider has just said they are.
 * @returns `taken` for an identity that is another account's, which keeps it, and `too_many` for one more than an account may have
 */
export async function addIdentity(ctx: Context, { provider, subject, email }: Identified): Promise<IdentityAdded> {
  const userId = requireUser(ctx)
  return ctx.db.transaction(async (tx) => {
    const known = await findIdentity(tx, provider, subject)
    if (known) return known.userId === userId ? "added" : "taken"
    if ((await listRows(tx, userId)).length >= limits.identitiesMax) return "too_many"
    await insertIdentity(tx, { provider, subject, userId, email: email?.trim().toLowerCase() || null })
    const user = await findUser(tx, userId)
    if (user) await mailChange(ctx, tx, user.email, "identity")
    await record(ctx, tx, { action: "identity.add", target: { kind: "user", id: userId, name: provider } })
    return "added"
  })
}

/**
 * Takes an identity from the caller, who signs in with it no more.
 * @throws ServiceError for the last way to sign in that the caller has
 */
export async function removeIdentity(ctx: Context, { provider, subject }: RemoveIdentityQuery): Promise<void> {
  const userId = requireUser(ctx)
  await ctx.db.transaction(async (tx) => {
    // Two that are removed at once must not both be the other's reason.
    const user = await lockUser(tx, userId)
    const [others, passkeys, password] = [await listRows(tx, userId), await listPasskeys(tx, userId), await findPassword(tx, userId)]
    if (!others.some((one) => one.provider === provider && one.subject === subject)) throw notFound("identity", subject)
    // The operator has the terminal.
    if (others.length === 1 && passkeys.length === 0 && !password && !user?.isOperator)
      throw new ServiceError("conflict", "You sign in with nothing else: choose a password or add a passkey before")
    await deleteIdentity(tx, userId, provider, subject)
    await record(ctx, tx, { action: "identity.remove", target: { kind: "user", id: userId, name: provider } })
  })
}
