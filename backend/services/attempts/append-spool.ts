import { type AppendSpoolQuery, type AppendSpoolResponse, limits } from "../../../contract/index.ts"
import { encrypt, hashToken, spooledContext } from "../../base/crypto.ts"
import { invalid } from "../../base/errors.ts"
import { appendSpooled, countUnread, spoolPlace } from "../../store/remote/remote-spool.ts"
import type { Context } from "../context.ts"
import { requireAttempt } from "./require-attempt.ts"

/**
 * Takes lines that an attempt on another machine wrote: once, whatever becomes of the answer. An empty piece says that it lives. Lines for
 * which there is no room yet, since what came before was not read, are to be sent again later.
 * @param read reads the lines; it is called for an attempt that may send some, and for nobody else
 * @returns where the stream goes on, and whether that is where these lines have led to
 * @throws ServiceError unauthorized, gone; invalid for a piece that does not end with a line
 */
export async function appendSpool(
  ctx: Context,
  token: string | undefined,
  { instance, stream, offset }: AppendSpoolQuery,
  read: () => Promise<Buffer>,
): Promise<{ isTaken: boolean; answer: AppendSpoolResponse }> {
  const attempt = await requireAttempt(ctx, token, instance)
  const lines = await read()
  const size = lines.length
  if (size > 0 && lines[size - 1] !== newline) throw invalid(["body"], "must end with a newline: whole lines alone are taken")
  const isFull = size > 0 && (await countUnread(ctx.db, attempt.id)) + size > limits.spoolUnreadBytesMax
  const seal = (id: string) => encrypt(ctx.config.secretKey, lines.toString("utf8"), spooledContext(spoolPlace(id, stream, offset)))
  const added = await appendSpooled(ctx.db, {
    tokenHash: hashToken(token as string),
    instance,
    stream,
    offset,
    size: isFull ? 0 : size,
    seal,
  })
  if (added) return { isTaken: true, answer: { offset: isFull ? offset : offset + size, stop: added.stop } }
  const { eventsReceived, outputReceived, stopRequestedAt } = await requireAttempt(ctx, token, instance)
  return {
    isTaken: false,
    answer: { offset: stream === "events" ? eventsReceived : outputReceived, stop: stopRequestedAt !== null },
  }
}

const newline = 10
