/** A piece of a JSON text in UTF-8, by bytes; `end` is behind it. */
export interface Span {
  start: number
  end: number
}

/** Deeper JSON cannot be walked through without running out of stack. */
const depthMax = 500

const quote = 0x22
const backslash = 0x5c

/**
 * Where the values of an object stand, by their keys; of a key that is there twice the last one counts, as in JSON.parse.
 * @param within the object, blanks around it allowed
 * @returns null for anything but an object
 * @throws SyntaxError where the braces and quotes do not fit; nothing else is checked
 */
export function memberSpans(json: Uint8Array, within: Span): Map<string, Span> | null {
  let at = skipBlanks(json, within.start, within.end)
  if (json[at] !== 0x7b) return null
  const members = new Map<string, Span>()
  at = skipBlanks(json, at + 1, within.end)
  while (json[at] !== 0x7d) {
    const keyEnd = endOfString(json, at, within.end)
    const key = keyOf(json, at, keyEnd)
    at = skipBlanks(json, keyEnd, within.end)
    if (json[at] !== 0x3a) throw new SyntaxError("A colon is missing after a key")
    const start = skipBlanks(json, at + 1, within.end)
    const end = endOfValue(json, start, within.end)
    members.set(key, { start, end })
    at = afterComma(json, end, within.end, 0x7d)
  }
  return members
}

function keyOf(json: Uint8Array, start: number, end: number): string {
  const text = textOf(json, { start: start + 1, end: end - 1 })
  return text.includes("\\") ? (JSON.parse(`"${text}"`) as string) : text
}

/**
 * Where the elements of a list stand.
 * @returns null for anything but a list
 * @throws SyntaxError where the brackets and quotes do not fit; nothing else is checked
 */
export function elementSpans(json: Uint8Array, within: Span): Span[] | null {
  let at = skipBlanks(json, within.start, within.end)
  if (json[at] !== 0x5b) return null
  const elements: Span[] = []
  at = skipBlanks(json, at + 1, within.end)
  while (json[at] !== 0x5d) {
    const end = endOfValue(json, at, within.end)
    elements.push({ start: at, end })
    at = afterComma(json, end, within.end, 0x5d)
  }
  return elements
}

/** The text of a piece. */
export const textOf = (json: Uint8Array, { start, end }: Span): string =>
  // Short pieces are the rule, and a decoder takes longer to begin than to read them.
  Buffer.isBuffer(json) ? json.toString("utf8", start, end) : Buffer.from(json.subarray(start, end)).toString("utf8")

/** A JSON text with some of its pieces replaced; they must not overlap. */
export function withReplaced(json: Uint8Array, within: Span, pieces: { span: Span; text: string }[]): string {
  let text = ""
  let at = within.start
  for (const { span, text: replacement } of [...pieces].sort((a, b) => a.span.start - b.span.start)) {
    text += textOf(json, { start: at, end: span.start }) + replacement
    at = span.end
  }
  return text + textOf(json, { start: at, end: within.end })
}

/** The place behind a comma, or that of the closing bracket. */
function afterComma(json: Uint8Array, from: number, end: number, closing: number): number {
  const at = skipBlanks(json, from, end)
  if (json[at] === closing) return at
  if (json[at] !== 0x2c) throw new SyntaxError("A comma is missing between two values")
  const next = skipBlanks(json, at + 1, end)
  if (json[next] === closing) throw new SyntaxError("Nothing follows a comma")
  return next
}

function skipBlanks(json: Uint8Array, from: number, end: number): number {
  let at = from
  while (at < end && (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09)) at++
  if (at >= end) throw new SyntaxError("The JSON ends too early")
  return at
}

function endOfValue(json: Uint8Array, start: number, end: number): number {
  const first = json[start]
  if (first === quote) return endOfString(json, start, end)
  if (first !== 0x7b && first !== 0x5b) {
    let at = start
    while (at < end && !isDelimiter(json[at] as number)) at++
    if (at === start) throw new SyntaxError("A value is missing")
    return at
  }
  let depth = 0
  for (let at = start; at < end; at++) {
    const code = json[at]
    if (code === quote) at = endOfString(json, at, end) - 1
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > depthMax) throw new SyntaxError(`The JSON is nested more than ${depthMax} levels deep`)
    } else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at + 1
  }
  throw new SyntaxError("The JSON ends too early")
}

const isDelimiter = (code: number): boolean =>
  code === 0x2c || code === 0x7d || code === 0x5d || code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** The place behind the quote that ends a string. */
function endOfString(json: Uint8Array, start: number, end: number): number {
  if (json[start] !== quote) throw new SyntaxError("A string is missing")
  for (let at = json.indexOf(quote, start + 1); at !== -1 && at < end; at = json.indexOf(quote, at + 1)) {
    let backslashes = 0
    while (json[at - 1 - backslashes] === backslash) backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  throw new SyntaxError("A string does not end")
}
