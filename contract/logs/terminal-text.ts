/**
 * Everything that a terminal obeys rather than shows. Groups 1–3 are the parameters, intermediate bytes and final byte of a CSI
 * sequence. Then OSC (ended by BEL or ST), the other string sequences and two-character escapes; 8-bit CSI and OSC too. A string
 * sequence without an end takes everything up to the next escape with it.
 */
export const terminalEscapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of control characters
  /(?:\u001b\[|\u009b)([0-?]*)([ -/]*)([@-~])|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b[ -/]*[0-~]?/g

/** Whether a terminal would obey anything in a text. All that it obeys begins with one of these three. */
export const hasEscapes = (text: string): boolean => text.includes("\u001b") || text.includes("\u009b") || text.includes("\u009d")

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters other than tab and newline
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g
const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

export const hasControls = (text: string): boolean => text.search(controls) >= 0

/** Text without control characters, tabs and newlines apart, and with U+FFFD for each half of a surrogate pair. */
export const printable = (text: string): string => text.replace(controls, "").replace(loneSurrogates, "\ufffd")

/** What nearly no text has: control characters, with which escapes and \r\n begin, and what surrogates are made of. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters other than tab and newline
const unusual = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/

/** Text that can be shown and sent as UTF-8: no escapes, no control characters, no halves of surrogate pairs. Newlines and tabs stay. */
export const plainText = (text: string): string =>
  unusual.test(text) ? printable(text.replace(terminalEscapes, "").replace(/\r\n/g, "\n")) : text

/** Text without escape sequences and control characters, surrogates untouched: for text that is stored. Newlines and tabs stay. */
export const withoutControls = (text: string): string => text.replace(terminalEscapes, "").replace(controls, "")
