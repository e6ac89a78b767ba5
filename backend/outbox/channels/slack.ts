import type { SendOver } from "./channel.ts"
import { post } from "./post.ts"

/** What Slack, and what is compatible with it, would read as markup. */
const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")

/** Slack takes 3000 characters in a block. */
const blockCharactersMax = 2900

/** As an incoming webhook of Slack takes it; Mattermost, Rocket.Chat and others take the same. */
export const sendSlack: SendOver<"slack"> = async ({ config, outside }, { url }, { words, url: more }, signal) => {
  const title = `<${more}|${escaped(words.title).replace(/\|/g, "¦")}>`
  const text = [`*${title}*`, ...words.lines.map(escaped)].join("\n").slice(0, blockCharactersMax)
  const body = JSON.stringify({
    text: escaped([words.title, ...words.lines].join("\n")).slice(0, blockCharactersMax),
    blocks: [{ type: "section", text: { type: "mrkdwn", text } }],
  })
  const headers = { "content-type": "application/json", "user-agent": `hosted-evals/${config.version}` }
  return post(outside, url, body, headers, signal)
}
