import type { NewSession, SignInMethods, SignInRequest } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { hasAnyPasskey } from "../../store/accounts/passkeys.ts"
import { findPasswordByEmail, hasAnyPassword } from "../../store/accounts/passwords.ts"
import type { Context } from "../context.ts"
import { admitAttempt, succeed } from "./attempts.ts"
import { isPassword } from "./password-hash.ts"
import { beginSession } from "./sessions.ts"

/**
 * Signs a person in with an e-mail address and a password.
 * @throws ServiceError that does not tell which of them was wrong, and TooManyRequests
 */
export async function signIn(ctx: Context, { email, password, browser }: SignInRequest): Promise<NewSession> {
  await admitAttempt(ctx, email)
  const found = await findPasswordByEmail(ctx.db, email)
  const isRight = await isPassword(found?.hash, password)
  if (!found || !isRight) {
    // Without what was typed: people type passwords into the wrong field.
    ctx.log.warn({ address: ctx.address, user: found?.userId ?? null }, "a sign-in was refused")
    throw new ServiceError("unauthorized", "The e-mail address or the password is not right")
  }
  await succeed(ctx, email)
  return beginSession(ctx.db, found.userId, "password", { address: ctx.address, browser })
}

/** What there is to sign in with. */
export const readSignInMethods = async (ctx: Context): Promise<SignInMethods> => ({
  password: await hasAnyPassword(ctx.db),
  passkey: await hasAnyPasskey(ctx.db),
  forgot_password: ctx.config.mail !== null,
})
