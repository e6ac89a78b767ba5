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
const literals: Record<string, unknown> = { true: true, false: false, null: null }
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
const escapes: Record<string, string> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }

/** Reads JSON as JSON.parse does, but knows where and why a text is not JSON, the same in every browser, and refuses a key that stands twice. */
class Reader {
  #at = 0
  constructor(readonly text: string) {}

  whole(): unknown {
    const value = this.#value(0)
    this.#space()
    if (this.#at < this.text.length) throw new Mistake(`There is something after the end: ${this.#shown()}`, this.#at)
    return value
  }

  #space() {
    while (/[ \t\r\n]/.test(this.text[this.#at] ?? "")) this.#at++
  }

  #shown(): string {
    const word = /^[\w.+-]+|^[\s\S]/u.exec(this.text.slice(this.#at, this.#at + 40))?.[0]
    return word === undefined ? "the end of the text" : word === "\n" ? "the end of the line" : `“${word}”`
  }

  #value(depth: number): unknown {
    if (depth > depthMax) throw new Mistake(`More than ${depthMax} levels inside each other`, this.#at)
    this.#space()
    const start = this.text[this.#at]
    if (start === undefined) throw new Mistake("A value is missing here", this.#at)
    if (start === "{") return this.#object(depth)
    if (start === "[") return this.#array(depth)
    if (start === '"') return this.#string()
    if (start === "'" || start === "‘" || start === "“") throw new Mistake('Text stands in straight double quotes: "…"', this.#at)
    if (start === "-" || /\d/.test(start)) return this.#number()
    const word = /^[A-Za-z_]\w*/.exec(this.text.slice(this.#at))?.[0]
    if (word !== undefined && Object.hasOwn(literals, word)) {
      this.#at += word.length
      return literals[word]
    }
    if (word !== undefined && Object.hasOwn(notLiterals, word))
      throw new Mistake(`“${word}” is not JSON; write ${notLiterals[word]}`, this.#at)
    if (word !== undefined) throw new Mistake(`Text stands in double quotes: "${word}"`, this.#at)
    if (start === "," || start === "]" || start === "}") throw new Mistake(`A value is missing before “${start}”`, this.#at)
    throw new Mistake(`${this.#shown()} is not expected here`, this.#at)
  }

  #object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>()
    this.#at++
    this.#space()
    if (this.text[this.#at] === "}") {
      this.#at++
      return {}
    }
    for (;;) {
      this.#space()
      const keyAt = this.#at
      if (this.text[keyAt] === "}") throw new Mistake("The comma before “}” is one too many", keyAt)
      if (this.text[keyAt] !== '"') throw new Mistake(`A name in double quotes is expected, not ${this.#shown()}`, keyAt)
      const key = this.#string()
      if (entries.has(key)) throw new Mistake(`The name "${key}" stands twice`, keyAt)
      this.#space()
      if (this.text[this.#at] !== ":") throw new Mistake(`A “:” is expected after the name "${key}", not ${this.#shown()}`, this.#at)
      this.#at++
      entries.set(key, this.#value(depth + 1))
      this.#space()
      const next = this.text[this.#at]
      if (next === "}") break
      if (next !== ",") throw new Mistake(`A “,” or “}” is expected, not ${this.#shown()}`, this.#at)
      this.#at++
    }
    this.#at++
    return Object.fromEntries(entries)
  }

  #array(depth: number): unknown[] {
    const values: unknown[] = []
    this.#at++
    this.#space()
    if (this.text[this.#at] === "]") {
      this.#at++
      return values
    }
    for (;;) {
      this.#space()
      if (this.text[this.#at] === "]") throw new Mistake("The comma before “]” is one too many", this.#at)
      values.push(this.#value(depth + 1))
      this.#space()
      const next = this.text[this.#at]
      if (next === "]") break
      if (next !== ",") throw new Mistake(`A “,” or “]” is expected, not ${this.#shown()}`, this.#at)
      this.#at++
    }
    this.#at++
    return values
  }

  #string(): string {
    const start = this.#at
    let value = ""
    for (this.#at++; ; this.#at++) {
      const char = this.text[this.#at]
      if (char === undefined) throw new Mistake("The closing quote of this text is missing", start)
      if (char === '"') break
      if (char === "\n") throw new Mistake("The closing quote is missing on this line; write a line break inside text as \\n", start)
      if (char < " ") throw new Mistake("A control character inside text must be written as an escape, such as \\t", this.#at)
      if (char !== "\\") {
        value += char
        continue
      }
      this.#at++
      const code = this.text[this.#at] ?? ""
      const hex = code === "u" ? /^[0-9a-fA-F]{4}/.exec(this.text.slice(this.#at + 1, this.#at + 5))?.[0] : undefined
      if (hex !== undefined) {
        value += String.fromCharCode(Number.parseInt(hex, 16))
        this.#at += 4
      } else if (Object.hasOwn(escapes, code)) value += escapes[code]
      else throw new Mistake("A backslash must be written twice: \\\\", this.#at - 1)
    }
    this.#at++
    return value
  }

  #number(): number {
    const found = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/.exec(this.text.slice(this.#at))?.[0]
    const after = found === undefined ? undefined : this.text[this.#at + found.length]
    if (found === undefined || (after !== undefined && /[\w.+-]/.test(after)))
      throw new Mistake(`${this.#shown()} is not a number`, this.#at)
    const value = Number(found)
    if (!Number.isFinite(value)) throw new Mistake("This number is too large", this.#at)
    if (/^-?\d+$/.test(found) && !Number.isSafeInteger(value))
      throw new Mistake("This whole number is too large to be kept exactly; write it as text", this.#at)
    this.#at += found.length
    return value
  }
}

export function readJson(text: string): JsonReading<unknown> {
  try {
    return { ok: true, value: new Reader(text).whole() }
  } catch (error) {
    if (!(error instanceof Mistake)) throw error
    const before = text.slice(0, error.at).split("\n")
    return { ok: false, message: error.message, line: before.length, column: (before.at(-1) ?? "").length + 1 }
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

export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const describeMistake = (mistake: JsonMistake): string => `Line ${mistake.line}, column ${mistake.column}: ${mistake.message}.`

/** Equal as JSON: the order of an object's names does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, i) => sameJson(one, b[i]))
  if (!isPlainObject(a) || !isPlainObject(b)) return false
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameJson(a[name], b[name]))
}
