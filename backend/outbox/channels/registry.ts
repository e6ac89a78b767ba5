import type { ChannelKind } from "../../../contract/index.ts"
import type { ChannelSecrets, SendOver } from "./channel.ts"
import { sendEmail } from "./email.ts"
import { sendPush } from "./push.ts"
import { sendSlack } from "./slack.ts"
import { sendWebhook } from "./webhook.ts"

/** How each kind of channel sends. */
const kinds: { [Kind in ChannelKind]: SendOver<Kind> } = {
  webhook: sendWebhook,
  email: sendEmail,
  slack: sendSlack,
  push: sendPush,
}

/** The sender of a kind, for secrets that were sealed for that kind. */
export const senderOf = (kind: ChannelKind): SendOver<keyof ChannelSecrets> => kinds[kind] as SendOver<keyof ChannelSecrets>
