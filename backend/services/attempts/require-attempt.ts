import { hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { findRemoteAttempt, type RemoteAttemptRecord } from "../../store/remote/remote-attempts.ts"
import type { Context } from "../context.ts"

/**
 * The attempt on another machine that a token speaks for, while it is that instance's.
 * @param instance the process that asks
 * @throws ServiceError unauthorized for a token that is nobody's; gone when the attempt is over, or belongs to another instance
 */
export async function requireAttempt(ctx: Context, token: string | undefined, instance: string): Promise<RemoteAttemptRecord> {
  const attempt = token && (await findRemoteAttempt(ctx.db, hashToken(token)))
  if (!attempt) throw new ServiceError("unauthorized", "This needs the token of an attempt: send it as Authorization: Bearer TOKEN")
  if (attempt.fencedAt) throw new ServiceError("gone", "This attempt is over: nothing is taken from it any more")
  if (attempt.instance !== null && attempt.instance !== instance)
    throw new ServiceError("gone", "This attempt was opened by another instance, which goes on with it")
  return attempt
}
