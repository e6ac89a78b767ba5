import type { OpenedShare } from "../../../contract/index.ts"
import { hashToken, readClaims, signClaims } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { findEvaluation } from "../../store/evaluations/evaluations.ts"
import { findOpenShare, type ShareRecord } from "../../store/shares/shares.ts"
import { admitAttempt, succeed } from "../accounts/attempts.ts"
import { isPassword } from "../accounts/password-hash.ts"
import type { Context, Services } from "../context.ts"
import { contextOfUser } from "../identity/identify-caller.ts"

const passHours = 12

/**
 * The link of a token, and its run as the person who made it sees it: what they may not see any more, the link does not show either.
 * @param pass for a link with a password: what `openShare` gave
 * @throws ServiceError not_found for a link that never was, was revoked or has expired, so that nobody learns which; unauthorized for
 *   one with a password and no pass that is good for it
 */
export async function requireShare(
  services: Services,
  token: string,
  pass: string | null | undefined,
): Promise<{ share: ShareRecord; ctx: Context }> {
  const found = await find(services, token)
  if (found.share.passwordHash !== null && !isGood(services, found.share, pass))
    throw new ServiceError("unauthorized", "This link asks for a password")
  return found
}

/** Opens a link with its password. @throws ServiceError as `requireShare`, unauthorized for a wrong password, and TooManyRequests */
export async function openShare(ctx: Context, token: string, password: string): Promise<OpenedShare> {
  const { share } = await find(ctx, token)
  const account = `share ${share.id}`
  await admitAttempt(ctx, account)
  if (share.passwordHash !== null && !(await isPassword(share.passwordHash, password)))
    throw new ServiceError("unauthorized", "This is not the password of the link")
  await succeed(ctx, account)
  const until = Date.now() + passHours * 3_600_000
  return { pass: signClaims(ctx.config.secretKey, claimsOf(share, until)), expires_at: new Date(until).toISOString() }
}

async function find(services: Services, token: string): Promise<{ share: ShareRecord; ctx: Context }> {
  const share = await findOpenShare(services.db, hashToken(token))
  const ctx = share && (await contextOfUser(services, share.userId, "read"))
  if (!ctx || !(await findEvaluation(ctx.db, ctx.viewer, share.evaluationId)))
    throw new ServiceError("not_found", "This link opens nothing: it was revoked, has expired or was not copied whole")
  return { share, ctx }
}

const claimsOf = (share: ShareRecord, until: number) => ({ share: share.id, until })

function isGood({ config }: Services, share: ShareRecord, pass: string | null | undefined): boolean {
  const claims = pass ? readClaims(config.secretKey, pass) : null
  return claims?.share === share.id && Number(claims.until) > Date.now()
}
