import type { EndAttemptRequest } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { findRemoteAttempt, noteRemoteExit } from "../../store/remote/remote-attempts.ts"
import type { Context } from "../context.ts"
import { requireAttempt } from "./require-attempt.ts"

/**
 * Notes how the process of an attempt on another machine ended; what was said first stays.
 * @throws ServiceError unauthorized, gone
 */
export async function endAttempt(ctx: Context, token: string | undefined, { instance, ...exit }: EndAttemptRequest): Promise<void> {
  const hash = hashToken(token ?? "")
  const known = await findRemoteAttempt(ctx.db, hash)
  // Its answer was lost, and the run may have ended with it.
  if (known?.exit && known.instance === instance) return
  await requireAttempt(ctx, token, instance)
  if (!(await noteRemoteExit(ctx.db, hash, instance, exit))) await requireAttempt(ctx, token, instance)
}
