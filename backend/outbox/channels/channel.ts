import type { Dispatcher } from "undici"
import type { PushSubscription } from "../../../contract/index.ts"
import type { Config } from "../../base/config.ts"
import type { Log } from "../../base/log.ts"
import type { Db } from "../../store/db.ts"
import type { ChannelMessage } from "../../store/outbox/messages.ts"
import type { Words } from "../words.ts"

/** The part of the platform that sends messages. */
export interface OutboxServices {
  config: Config
  log: Log
  db: Db
  outside: Dispatcher
}

/** What is kept of a channel, encrypted: where it leads, and with which keys. */
export interface ChannelSecrets {
  webhook: { url: string; secret: string }
  slack: { url: string }
  /** The code is there until the address is confirmed. */
  email: { address: string; code: string | null; wrongCodes: number }
  push: { subscription: PushSubscription }
}

export interface Outgoing {
  message: ChannelMessage
  words: Words
  /** Where the dashboard has more of it. */
  url: string
}

/** What came of a try. */
export interface Outcome {
  status: number | null
  error: string | null
  answer: string | null
  /** Whether nothing listens there any more and never will: the channel is switched off. */
  isGone?: boolean
}

/** Sends one message over a channel of one kind. What goes wrong at the other end is an outcome, not an exception. */
export type SendOver<Kind extends keyof ChannelSecrets> = (
  services: OutboxServices,
  secrets: ChannelSecrets[Kind],
  outgoing: Outgoing,
  signal: AbortSignal,
) => Promise<Outcome>
