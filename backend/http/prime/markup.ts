import { withoutControls } from "../../../contract/logs/terminal-text.ts"

// The prime CLI prints through Rich, which reads [name], [/name], [#…] and [@…] as markup and :name: as an emoji. Both patterns
// are Rich's own (markup.py, _emoji_replace.py), in its version 15 and before.
// A run of backslashes is looked at once, from its start.
const bracket = /(?<!\\)(\\*)\[([a-z#/@][^[\]]*\])?/g
const emojiStart = /:(?=([^\s:]{1,80}):)/g
const emojiLetters = /^[!#&()*+.0-9_a-zãåçéíô’-]+$/
/** Numbers between colons occur in every time of day and every traceback; only these two are emoji. */
const isEmojiCode = (name: string) => (/^\d+$/.test(name) ? name === "100" || name === "1234" : emojiLetters.test(name.toLowerCase()))

/**
 * Text as Rich markup that shows exactly this text. Rich has no escape for an emoji code, so an empty pair of tags breaks it up;
 * that leaves nothing on the screen, also where the CLI runs with --plain.
 */
export function asMarkup(text: string): string {
  return text
    .replace(bracket, (_, slashes: string, tag: string | undefined) => {
      if (tag) return `${slashes}${slashes}\\[${tag}`
      // Not a tag, yet Rich eats one backslash before any bracket.
      return slashes === "" ? "[" : `${slashes}\\[`
    })
    .replace(emojiStart, (_, name: string) => (isEmojiCode(name) ? ":[b][/b]" : ":"))
}

/** A sentence that the CLI puts inside markup of its own, such as `detail` of an error. */
export function asMarkupSentence(text: string): string {
  const markup = asMarkup(withoutControls(text))
  // A backslash at the end would escape the bracket of the tag that the CLI puts after it.
  return markup.endsWith("\\") ? `${markup} ` : markup
}

const wordJoiner = "\u2060"

/**
 * Text that shows the same as markup and as plain text, for fields that the CLI prints in a table here and as JSON there: a word
 * joiner, which has no width, breaks up what would be markup.
 */
export const inertMarkup = (text: string): string =>
  withoutControls(text)
    .replace(bracket, (_, slashes: string, tag: string | undefined) => `${slashes}${slashes && wordJoiner}[${tag ? wordJoiner + tag : ""}`)
    .replace(/\\$/, `\\${wordJoiner}`)
    .replace(emojiStart, (_, name: string) => (isEmojiCode(name) ? `:${wordJoiner}` : ":"))

/**
 * A value that the CLI prints as markup though scripts read it too: unchanged, except for closing tags, which end the CLI with a
 * traceback when nothing opened them.
 */
export const withoutClosingTags = (text: string): string => text.replaceAll("[/", `[${wordJoiner}/`)

/** A log as Rich markup: whole lines only, none of them empty, without escape sequences. */
export function asTerminalLog(log: string): string {
  return log
    .split(/\r?\n|\r/)
    .map(withoutControls)
    .filter((line) => line.trim() !== "")
    .map((line) => `${asMarkup(line)}\n`)
    .join("")
}
