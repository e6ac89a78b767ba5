/**
 * JSON whose numbers stay as they were written. A number that a double would change stands as a small object with its text, which is
 * plain data: it may be stored, sent to a browser and copied like any other value. All other numbers are numbers.
 */

/** No JSON of anybody else has this name, and a text cannot pretend to: only an object with this one name and a number's text counts. */
const exactName = "\uE000exact"
const numberText = String.raw`-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?`
const entireNumber = new RegExp(`^${numberText}$`)

/** Whether JSON writes a number like this: .5, +1 and 1. are none. */
export const isJsonNumber = (text: string): boolean => entireNumber.test(text)

export type ExactNumber = { readonly [exactName]: string }

/** `large`: only what would become another number. `written`: also 1.0 and 1e5, floats in Python that JavaScript writes as integers. */
export type Exactness = "large" | "written"

/** @param text a number as JSON writes it @returns a number where it says the same as the text */
export function numberOf(text: string, exactness: Exactness = "written"): number | ExactNumber {
  const value = Number(text)
  const isSame = /^-?\d+$/.test(text)
    ? String(value) === text
    : Number.isFinite(value) && (exactness === "written" ? !Number.isInteger(value) : value !== 0 || !/[1-9]/.test(text))
  return isSame ? value : { [exactName]: text }
}

/** The text of a number that a double would change; null for any other value. */
export function exactText(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !(exactName in value)) return null
  const text = (value as Record<string, unknown>)[exactName]
  return typeof text === "string" && Object.keys(value).length === 1 && isJsonNumber(text) ? text : null
}

/** Whether a value holds a number from which doubles leave out whole numbers. */
function holdsLarge(value: unknown): boolean {
  if (typeof value === "number") return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER
  if (typeof value !== "object" || value === null) return false
  if (Array.isArray(value)) return value.some(holdsLarge)
  for (const name in value) if (holdsLarge((value as Record<string, unknown>)[name])) return true
  return false
}

/** Strings are matched so that what looks like a number in them is passed over. */
const stringOrNumber = new RegExp(String.raw`"(?:[^"\\]|\\.)*"|${numberText}`, "gs")
const stringOrNonFinite = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/gs

/**
 * Reads JSON as JSON.parse does, numbers apart.
 * @throws SyntaxError for what is no JSON
 */
export function parseExact(text: string, exactness: Exactness = "large"): unknown {
  // Nearly every text has no such number, and looking through the values costs a tenth of reading them.
  if (exactness === "large") {
    const value: unknown = JSON.parse(text)
    if (!holdsLarge(value)) return value
  }
  const marked = text.replace(stringOrNumber, (token) => {
    if (token.startsWith('"')) return token
    const number = numberOf(token, exactness)
    return typeof number === "number" ? token : JSON.stringify(number)
  })
  return JSON.parse(marked)
}

/** Reads JSON in which Python may have written NaN and Infinity: they become null. @returns how many there were, too */
export function parseLenient(text: string): { value: unknown; nonFinite: number } {
  try {
    return { value: parseExact(text), nonFinite: 0 }
  } catch (error) {
    let nonFinite = 0
    const mended = text.replace(stringOrNonFinite, (token) => {
      if (token.startsWith('"')) return token
      nonFinite++
      return "null"
    })
    if (nonFinite === 0) throw error
    return { value: parseExact(mended), nonFinite }
  }
}

/** Fields whose content is the caller's own: there 1.0 and 1e5 stay as written. In any other field they are 1 and 100000. */
const freeFields = new Set(["env_args", "sampling_args", "extra_env_kwargs", "metadata", "metrics", "default"])

/** The metrics of statistics are a list, and were computed, not written. */
const isFree = (name: string, value: unknown): boolean => freeFields.has(name) && !(name === "metrics" && Array.isArray(value))

/** Reads a message of the API. */
export const parseMessage = (text: string): unknown => withPlainNumbers(parseExact(text, "written"), "large")

/** All numbers as numbers, whatever digits they lose. */
export const plainNumbers = (value: unknown): unknown => withPlainNumbers(value, null)

/** @param kept which numbers stay exact outside of free fields; null: none at all, inside neither */
function withPlainNumbers(value: unknown, kept: Exactness | null): unknown {
  const text = exactText(value)
  if (text !== null) return kept === null ? Number(text) : numberOf(text, kept)
  if (Array.isArray(value)) return value.map((one) => withPlainNumbers(one, kept))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, kept !== null && isFree(name, one) ? one : withPlainNumbers(one, kept)]),
  )
}

const exactObject = new RegExp(String.raw`\{\s*"${exactName}":\s*"(${numberText})"\s*\}`, "g")

/** JSON text with its exact numbers as they were written. */
export const withExactNumbers = (text: string): string => (text.includes(exactName) ? text.replace(exactObject, "$1") : text)

/** Writes JSON as JSON.stringify does, with every exact number as it was written. */
export const stringifyExact = (value: unknown, indent?: number): string => {
  const text: string | undefined = JSON.stringify(value, null, indent)
  return text === undefined ? "" : withExactNumbers(text)
}
