import webPush from "web-push"
import { limits } from "../../../contract/limits.ts"
import { cutText } from "../../../contract/text/cut-text.ts"
import { toError } from "../../base/errors.ts"
import { readPushKeys } from "../push-keys.ts"
import type { Outcome, SendOver } from "./channel.ts"
import { post } from "./post.ts"

/** How long a push service keeps a message for a browser that is not there. */
const keptSeconds = 24 * 3600
/** A message has 4 KB with its encryption. */
const textCharactersMax = 500

/** To a browser, by the push service of its maker. public/push-worker.js shows it there. */
export const sendPush: SendOver<"push"> = async (services, { subscription }, { message, words, url }, signal) => {
  const { config, outside } = services
  const keys = await readPushKeys(services)
  const isEnd = message.type.startsWith("evaluation.") && message.type !== "evaluation.regressed"
  const shown = JSON.stringify({
    // A browser shows one message of a tag, and an open page of the dashboard tells the end of a run under the run's id.
    tag: isEnd ? (message.evaluationId ?? message.id) : message.id,
    title: cutText(words.title, textCharactersMax),
    body: cutText(words.lines.join("\n"), textCharactersMax),
    url,
  })
  let details: webPush.RequestDetails
  try {
    details = webPush.generateRequestDetails(subscription, shown, {
      vapidDetails: { subject: `mailto:operator@${new URL(config.publicUrl).hostname}`, ...keys },
      TTL: keptSeconds,
    })
  } catch (error) {
    return { status: null, error: cutText(toError(error).message, limits.answerCharactersMax), answer: null } satisfies Outcome
  }
  const headers = Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)]))
  const outcome = await post(outside, details.endpoint, details.body ?? "", headers, signal)
  return { ...outcome, isGone: outcome.status === 404 || outcome.status === 410 }
}
