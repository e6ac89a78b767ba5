import { printParseErrorCode, visit } from "jsonc-parser"
import { exactText, nameText, parseExact } from "@/contract/text/exact-json.ts"
import { isPlainObject } from "./plain-object.ts"

/** Where typed JSON is wrong, in words for the person who typed it. Line and column count from 1. */
export interface JsonMistake {
  message: string
  line: number
  column: number
}

export type JsonReading<T> = { ok: true; value: T } | ({ ok: false } & JsonMistake)

class Mistake extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

const depthMax = 200
/** What people write who think of Python or JavaScript. */
const notLiterals: Record<string, string> = {
  True: "true",
  False: "false",
  None: "null",
  undefined: "null",
  NaN: "a number",
  Infinity: "a number",
  nan: "a number",
  inf: "a number",
}

/** Describes what is at a position of the text, for an error message. */
function shownAt(text: string, at: number): string {
  const word = /^[\w.+-]+|^[\s\S]/u.exec(text.slice(at, at + 40))?.[0]
  return word === undefined ? "the end of the text" : word === "\n" ? "the end of the line" : `“${word}”`
}

interface Container {
  close: "}" | "]"
  names: Set<string>
  /** The newest name in an object. */
  name: string
  /** What must come next. */
  wants: "name" | "colon" | "value" | "comma"
  afterComma: boolean
}

/** @throws Mistake for the first thing that is not JSON, for a name that is there twice, and for numbers beyond any */
function check(text: string): void {
  const open: Container[] = []
  const inside = () => open.at(-1)
  const begin = (close: Container["close"], at: number) => {
    if (open.length >= depthMax) throw new Mistake(`More than ${depthMax} levels inside each other`, at)
    open.push({ close, names: new Set(), name: "", wants: close === "}" ? "name" : "value", afterComma: false })
  }
  let ended: Container | undefined
  const end = () => {
    ended = open.pop()
    endValue()
  }
  const endValue = () => {
    const container = inside()
    if (container) Object.assign(container, { wants: "comma", afterComma: false })
  }
  visit(
    text,
    {
      onObjectBegin: (at) => begin("}", at),
      onArrayBegin: (at) => begin("]", at),
      onObjectEnd: end,
      onArrayEnd: end,
      onObjectProperty: (name, at) => {
        const object = inside()
        if (!object) return
        if (object.names.has(name)) throw new Mistake(`The name "${name}" is used twice`, at)
        object.names.add(name)
        Object.assign(object, { name, wants: "colon", afterComma: false })
      },
      onSeparator: (character) => {
        const container = inside()
        if (!container) return
        container.afterComma = character === ","
        container.wants = character === "," && container.close === "}" ? "name" : "value"
      },
      onLiteralValue: (value, at, length) => {
        if (typeof value === "number") checkNumber(text, value, at, length)
        endValue()
      },
      onError: (code, at, length) => {
        const error = printParseErrorCode(code)
        // The parser ends a container before it misses the bracket.
        throw new Mistake(...explain(error, text, at, length, error.startsWith("Close") ? ended : inside()))
      },
    },
    { disallowComments: true },
  )
}

function checkNumber(text: string, value: number, at: number, length: number): void {
  if (/[\w.+-]/.test(text[at + length] ?? "")) throw new Mistake(`${shownAt(text, at)} is not a number`, at)
  if (!Number.isFinite(value)) throw new Mistake("This number is too large", at)
}

/** The message for a parser error, and its position. */
function explain(error: string, text: string, at: number, length: number, container: Container | undefined): [string, number] {
  const char = text[at]
  const shown = shownAt(text, at)
  if (error === "EndOfFileExpected") return [`There is something after the end: ${shown}`, at]
  if (/^(UnexpectedEndOfString|InvalidUnicode|InvalidEscapeCharacter|InvalidCharacter)$/.test(error))
    return explainString(error, text, at, length)
  if (container?.afterComma && char === container.close) return [`The comma before “${char}” is one too many`, at]
  if (container?.wants === "name") return [`A name in double quotes is expected, not ${shown}`, at]
  if (container?.wants === "colon") return [`A “:” is expected after the name "${container.name}", not ${shown}`, at]
  if (container?.wants === "comma") return [`A “,” or “${container.close}” is expected, not ${shown}`, at]
  if (error === "UnexpectedEndOfNumber" || char === "-") return [`${shown} is not a number`, at]
  if (char === undefined) return ["A value is missing here", at]
  if (error === "ValueExpected" && /[,\]}]/.test(char)) return [`A value is missing before “${char}”`, at]
  if (/['‘“]/.test(char)) return ['Write text in straight double quotes: "…"', at]
  const word = /^[A-Za-z_]\w*/.exec(text.slice(at))?.[0]
  if (word === undefined) return [`${shown} is not expected here`, at]
  return Object.hasOwn(notLiterals, word)
    ? [`“${word}” is not JSON; write ${notLiterals[word]}`, at]
    : [`Write text in double quotes: "${word}"`, at]
}

function explainString(error: string, text: string, at: number, length: number): [string, number] {
  if (error === "UnexpectedEndOfString")
    return text[at + length] === "\n"
      ? ["The closing quote is missing on this line; write a line break inside text as \\n", at]
      : ["The closing quote of this text is missing", at]
  const token = text.slice(at, at + length)
  if (error === "InvalidCharacter") {
    const control = [...token].findIndex((char) => char < " ")
    return ["A control character inside text must be written as an escape, such as \\t", at + Math.max(0, control)]
  }
  const good = /^"(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/.exec(token)?.[0] ?? ""
  return ["A backslash must be written twice: \\\\", at + good.length]
}

/** Reads JSON with its numbers as they are written, and knows where and why a text is not JSON, the same in every browser. */
export function readJson(text: string): JsonReading<unknown> {
  try {
    check(text)
    return { ok: true, value: parseExact(text, "written") }
  } catch (error) {
    // What the parser lets through and JSON.parse does not: blanks that JSON does not know.
    const mistake = error instanceof Mistake ? error : new Mistake("This is not JSON", 0)
    const before = text.slice(0, mistake.at).split("\n")
    return { ok: false, message: mistake.message, line: before.length, column: (before.at(-1) ?? "").length + 1 }
  }
}

/** Reads `{…}`; an empty text is an empty object. */
export function readJsonObject(text: string): JsonReading<Record<string, unknown>> {
  if (text.trim() === "") return { ok: true, value: {} }
  const reading = readJson(text)
  if (!reading.ok) return reading
  if (isPlainObject(reading.value)) return { ok: true, value: reading.value }
  return { ok: false, message: 'An object is expected: {"name": value}', line: 1, column: 1 }
}

export const describeMistake = (mistake: JsonMistake): string => `Line ${mistake.line}, column ${mistake.column}: ${mistake.message}.`

/** Equal as JSON: the order of an object's names does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b || (exactText(a) ?? a) === (exactText(b) ?? b)) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => sameJson(one, b[i]))
  if (!isPlainObject(a) || !isPlainObject(b)) return false
  const others = new Map(Object.entries(b).map(([name, one]) => [nameText(name), one]))
  const mine = Object.entries(a).map(([name, one]) => [nameText(name), one] as const)
  return mine.length === others.size && mine.every(([name, one]) => others.has(name) && sameJson(one, others.get(name)))
}
