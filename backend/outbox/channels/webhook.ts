import { Webhook } from "standardwebhooks"
import { stringifyExact } from "../../../contract/text/exact-json.ts"
import type { SendOver } from "./channel.ts"
import { post } from "./post.ts"

/** As Standard Webhooks says: signed, and with the same id at every try. */
export const sendWebhook: SendOver<"webhook"> = async ({ config, outside }, { url, secret }, { message, words, url: more }, signal) => {
  const body = stringifyExact({
    type: message.type,
    timestamp: message.createdAt.toISOString(),
    data: { ...message.data, title: words.title, url: more },
  })
  const sentAt = new Date()
  const headers = {
    "content-type": "application/json",
    "user-agent": `hosted-evals/${config.version}`,
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(message.id, sentAt, body),
  }
  const outcome = await post(outside, url, body, headers, signal)
  return { ...outcome, isGone: outcome.status === 410 }
}
