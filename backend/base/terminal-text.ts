// Everything that a terminal would obey rather than show: CSI and OSC sequences, and single-character escapes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_a-z])/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the control characters to drop
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** Text without escape sequences and control characters; tabs stay. */
export const withoutControls = (text: string): string => text.replace(escapes, "").replace(controls, "")

// The prime CLI prints through Rich, which reads [name], [/name], [#…] and [@…] as markup and :name: as an emoji. Both patterns
// are Rich's own (markup.py, _emoji_replace.py), in its version 15 and before.
const bracket = /(\\*)\[([a-z#/@][^[\]]*\])?/g
const emojiStart = /:(?=([^\s:]{1,80}):)/g
const emojiLetters = /^[!#&()*+.0-9_a-zãåçéíô’-]+$/
/** Numbers between colons stand in every time of day and every traceback; of emoji there are just these two. */
const isEmojiCode = (name: string) => (/^\d+$/.test(name) ? name === "100" || name === "1234" : emojiLetters.test(name.toLowerCase()))

/**
 * Text as Rich markup that shows exactly this text. An emoji code is broken by an empty pair of tags, since Rich knows no escape
 * for it; that leaves nothing on the screen, also where the CLI runs with --plain.
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

/** A sentence that the CLI puts into markup of its own, such as `detail` of an error. */
export function asMarkupSentence(text: string): string {
  const markup = asMarkup(withoutControls(text))
  // A backslash at the end would escape the bracket of the tag that the CLI puts after it.
  return markup.endsWith("\\") ? `${markup} ` : markup
}

const wordJoiner = "\u2060"

/**
 * Text that shows the same as markup and as plain text, for fields that the CLI prints and the dashboard shows: a word joiner,
 * which has no width, stands where markup would begin.
 */
export const inertMarkup = (text: string): string =>
  withoutControls(text)
    .replace(bracket, (_, slashes: string, tag: string | undefined) => `${slashes}${slashes && wordJoiner}[${tag ? wordJoiner + tag : ""}`)
    .replace(/\\$/, `\\${wordJoiner}`)
    .replace(emojiStart, (_, name: string) => (isEmojiCode(name) ? `:${wordJoiner}` : ":"))

/**
 * A value that the CLI prints as markup though scripts read it too: left as it is, but for what would end the CLI with a
 * traceback, a closing tag that nothing opened.
 */
export const withoutClosingTags = (text: string): string => text.replaceAll("[/", `[${wordJoiner}/`)

/** Log lines as one text for the prime CLI, which prints them as Rich markup. Whole lines only, and none that is empty. */
export function terminalText(lines: readonly string[]): string {
  return lines
    .flatMap((line) => line.split(/\r?\n|\r/))
    .map(withoutControls)
    .filter((line) => line.trim() !== "")
    .map((line) => `${asMarkup(line)}\n`)
    .join("")
}
