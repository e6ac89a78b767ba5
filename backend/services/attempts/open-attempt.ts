import { type AttemptOrder, limits, type StoredAttemptOrder } from "../../../contract/index.ts"
import { attemptOrderContext, decrypt, hashToken } from "../../base/crypto.ts"
import { bindRemoteAttempt } from "../../store/remote/remote-attempts.ts"
import type { Context } from "../context.ts"
import { requireAttempt } from "./require-attempt.ts"

/**
 * Binds an attempt to the instance that opens it first, which may ask again, and says what it is to start.
 * @throws ServiceError unauthorized, gone
 */
export async function openAttempt(ctx: Context, token: string | undefined, instance: string): Promise<AttemptOrder> {
  const known = await requireAttempt(ctx, token, instance)
  const attempt = (await bindRemoteAttempt(ctx.db, hashToken(token as string), instance)) ?? (await requireAttempt(ctx, token, instance))
  const order = decrypt(ctx.config.secretKey, attempt.sealedOrder as Buffer, attemptOrderContext(known.id))
  return {
    ...(JSON.parse(order) as StoredAttemptOrder),
    offsets: { events: attempt.eventsReceived, output: attempt.outputReceived },
    heartbeat_seconds: limits.attemptHeartbeatSeconds,
    piece_bytes: limits.spoolPieceBytes,
    line_bytes_max: limits.spoolLineBytesMax,
  }
}
