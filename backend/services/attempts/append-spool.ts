import { type AppendSpoolQuery, type AppendSpoolResponse, limits } from "../../../contract/index.ts"
import { encrypt, hashToken, spooledContext } from "../../base/crypto.ts"
import { invalid } from "../../base/errors.ts"
import { appendSpooled, spoolPlace } from "../../store/remote/remote-spool.ts"
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
  const place = spoolPlace(attempt.id, stream, offset)
  const append = (sent: Buffer) =>
    appendSpooled(ctx.db, {
      tokenHash: hashToken(token as string),
      instance,
      stream,
      offset,
      size: sent.length,
      sealedLines: encrypt(ctx.config.secretKey, sent.toString("utf8"), spooledContext(place)),
      place,
      unreadBytesMax: limits.spoolUnreadBytesMax,
    })
  const added = await append(lines)
  if (added) return { isTaken: true, answer: { offset: offset + size, stop: added.stop } }
  const { eventsReceived, outputReceived, stopRequestedAt } = await requireAttempt(ctx, token, instance)
  const goesOnAt = stream === "events" ? eventsReceived : outputReceived
  // They belong here, so there is no room for them yet; that the attempt lives is worth a note all the same.
  const isFull = size > 0 && goesOnAt === offset && (await append(Buffer.alloc(0))) !== undefined
  return { isTaken: isFull, answer: { offset: goesOnAt, stop: stopRequestedAt !== null } }
}

const newline = 10
