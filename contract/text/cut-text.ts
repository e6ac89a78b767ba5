const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
/** A character for the eye may be endless (letters with stacked accents); one that is longer is cut between its code points. */
const longestGrapheme = 64

/**
 * The first characters of a text, at most this many UTF-16 units: never half an emoji, and no letter without its accent.
 * Takes as long for a long text as for a short one.
 */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text
  // The segmenter is slow, and nearly all cuts are between letters that join nothing.
  if (isSimple(text.charCodeAt(max - 1)) && isSimple(text.charCodeAt(max))) return text.slice(0, max)
  const from = Math.max(0, max - longestGrapheme)
  const around = graphemes.segment(text.slice(from, max + longestGrapheme)).containing(max - from)
  const end = from + (around?.index ?? 0)
  if (end > from || from === 0) return text.slice(0, end)
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(max - 1)) ? max - 1 : max)
}

/** From here on characters may combine with the one before; a carriage return does with a line feed. */
const firstCombining = 0x300
const isSimple = (code: number): boolean => code < firstCombining && code !== 0x0d

/** A text within this many UTF-16 units, with an ellipsis where something was cut. */
export const shortText = (text: string, max: number): string => (text.length <= max ? text : `${cutText(text, max - 1)}…`)
