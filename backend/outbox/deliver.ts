import { retrySeconds } from "../../contract/notifications/notifications.ts"
import { toError } from "../base/errors.ts"
import { type ChannelRecord, findChannelRow, updateChannel } from "../store/notifications/channels.ts"
import {
  type AfterTry,
  type ChannelMessage,
  deleteMessage,
  isForChannel,
  type MessageRecord,
  releaseMessage,
  rewriteMessage,
  settleTry,
} from "../store/outbox/messages.ts"
import { openChannel } from "./channel-secrets.ts"
import type { ChannelSecrets, OutboxServices, Outcome } from "./channels/channel.ts"
import { senderOf } from "./channels/registry.ts"
import { judgeRegression } from "./judge-regression.ts"
import { sendLetter } from "./letters.ts"
import { wordsOf } from "./words.ts"

/**
 * Sends a message that this process has claimed, and keeps what came of it. When that cannot be stored, the message is sent again
 * once its lease has run out: it arrives at least once, always under the same id.
 * @param signal ends the try, which does not count then
 */
export async function deliver(services: OutboxServices, message: MessageRecord, owner: string, signal: AbortSignal): Promise<void> {
  const { db, log } = services
  const channel = isForChannel(message) ? await findChannelRow(db, message.channelId) : null
  if (channel === undefined) return
  const began = performance.now()
  const trying = channel && isForChannel(message) ? attempt(services, channel, message, signal) : sendLetter(services, message, signal)
  const outcome = await trying.catch((error: unknown): Outcome => {
    log.warn({ message: message.id, error: toError(error).stack }, "a message could not be sent")
    return { status: null, error: "The platform could not send it: its log has more", answer: null }
  })
  if (!outcome) return deleteMessage(db, message.id)
  if (signal.aborted && outcome.error !== null) return releaseMessage(db, message, owner)
  if (outcome.isGone && channel) await updateChannel(db, channel.id, { state: "off", stateReason: "Nothing listens there any more" })
  const { isGone, ...result } = outcome
  const isOver = isGone || (channel !== null && !mayReceive(channel, message))
  await settleTry(db, message, owner, { ...result, tookMs: Math.round(performance.now() - began) }, afterTry(message, outcome, isOver))
}

/** Sends a message once. @returns what came of it; null where it turns out that there is nothing to tell */
async function attempt(
  services: OutboxServices,
  channel: ChannelRecord,
  message: ChannelMessage,
  signal: AbortSignal,
): Promise<Outcome | null> {
  if (!mayReceive(channel, message)) return { status: null, error: "The channel was off", answer: null }
  const decided = await decide(services, message)
  return decided && send(services, channel, decided, signal)
}

/** A new address is told its code, and nothing else until it is confirmed. */
const mayReceive = ({ state }: ChannelRecord, { type }: MessageRecord): boolean =>
  state === "on" || (state === "unconfirmed" && type === "channel.confirm")

function afterTry({ round }: MessageRecord, { error }: Outcome, isOver: boolean | undefined): AfterTry {
  if (error === null) return { state: "delivered" }
  const seconds = isOver ? undefined : retrySeconds[round - 1]
  // What failed together need not come back together.
  return seconds === undefined ? { state: "given_up" } : { state: "waiting", seconds: seconds * (1 + Math.random() / 10) }
}

/** The message as it can be sent; null where there is nothing to tell. */
async function decide({ db }: OutboxServices, message: ChannelMessage): Promise<ChannelMessage | null> {
  if (message.type !== "evaluation.regressed" || message.data.verdict !== null) return message
  const found = await judgeRegression(db, String(message.data.evaluation_id), String(message.data.baseline_id))
  if (!found) return null
  const data = { ...message.data, ...found }
  await rewriteMessage(db, message.id, { data })
  return { ...message, data }
}

function send(services: OutboxServices, channel: ChannelRecord, message: ChannelMessage, signal: AbortSignal): Promise<Outcome> {
  const { config } = services
  const words = wordsOf(message)
  const secrets = openChannel(config.secretKey, channel) as ChannelSecrets[keyof ChannelSecrets]
  const url = new URL(words.path, config.publicUrl).href
  return senderOf(channel.kind)(services, secrets as never, { message, words, url }, signal)
}
