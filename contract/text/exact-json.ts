/**
 * JSON whose numbers and order of names stay as they were written. A number that a double would change stands as a small object with
 * its text, and a name that JavaScript would move has a mark: both are plain data, which may be stored, sent to a browser and copied
 * like any other value. All other numbers are numbers, all other names themselves.
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

/** Objects begin with their names that are whole numbers, the smallest first, in whatever order they were written. */
const nameMark = "\uE000"
const wholeName = /^(?:0|[1-9]\d{0,9})$/
/** One more than the largest name that JavaScript moves. */
const movedNamesEnd = 2 ** 32 - 1

const isMoved = (name: string): boolean => wholeName.test(name) && Number(name) < movedNamesEnd

/** A name of an object as it was written, for people and for whoever looks something up by it. */
export const nameText = (name: string): string => (name.startsWith(nameMark) && isMoved(name.slice(1)) ? name.slice(1) : name)

/** A name of an object that keeps its place among the others. */
export const placedName = (name: string): string => (isMoved(name) ? `${nameMark}${name}` : name)

/** Objects in which others look something up by a name that its author chose. Their names are never marked. */
const lookedUp = new Set(["metrics", "rewards", "reward_weights"])

/** Whether names must be marked for an object to come in the order in which it was written. */
function isPlaced(names: readonly string[]): boolean {
  let last = -1
  for (const name of names) {
    const isMarked = nameText(name) !== name
    const number = isMarked ? Number(nameText(name)) : Number.POSITIVE_INFINITY
    if (isMarked && number < last) return true
    last = number
  }
  return false
}

/**
 * Takes the marks away where nothing depends on them.
 * @param isFree whether this is in content of the caller's own, where nobody looks anything up
 */
function withNeededMarks(value: unknown, field = "", isFree = false): unknown {
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map((one) => withNeededMarks(one, "", isFree))
  const names = Object.keys(value)
  const keeps = (isFree || !lookedUp.has(field)) && isPlaced(names)
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      keeps ? name : nameText(name),
      withNeededMarks(one, name, isFree || (freeFields.has(name) && !lookedUp.has(name))),
    ]),
  )
}

/** Whether a value holds what JSON.parse may have changed: a number from which doubles leave out whole numbers, or names out of order. */
function mayDiffer(value: unknown): boolean {
  if (typeof value === "number") return value > Number.MAX_SAFE_INTEGER || value < Number.MIN_SAFE_INTEGER
  if (typeof value !== "object" || value === null) return false
  if (Array.isArray(value)) return value.some(mayDiffer)
  let isFirst = true
  for (const name in value) {
    // Names that were moved come first. A single one has no order.
    if (isFirst && name.charCodeAt(0) <= 57 && isMoved(name) && Object.keys(value).length > 1) return true
    isFirst = false
    if (mayDiffer((value as Record<string, unknown>)[name])) return true
  }
  return false
}

/** Strings are matched so that what looks like a number in them is passed over, and names with what makes them names. */
const nameStringOrNumber = new RegExp(String.raw`"(?:[^"\\]|\\.)*"(?:\s*:)?|${numberText}`, "gs")
const stringOrNonFinite = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity/gs

/**
 * Reads JSON as JSON.parse does, numbers and the order of names apart.
 * @throws SyntaxError for what is no JSON
 */
export function parseExact(text: string, exactness: Exactness = "large"): unknown {
  // Nearly every text has no such number, and looking through the values costs a tenth of reading them.
  if (exactness === "large") {
    const value: unknown = JSON.parse(text)
    if (!mayDiffer(value)) return value
  }
  let hasMarks = false
  const marked = text.replace(nameStringOrNumber, (token) => {
    if (token.startsWith('"')) {
      if (!token.endsWith(":") || !/^"[\d\\]/.test(token)) return token
      const name = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string
      if (!isMoved(name)) return token
      hasMarks = true
      return `"${nameMark}${name}":`
    }
    const number = numberOf(token, exactness)
    return typeof number === "number" ? token : JSON.stringify(number)
  })
  const value: unknown = JSON.parse(marked)
  return hasMarks ? withNeededMarks(value) : value
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
const freeFields = new Set(["env_args", "sampling_args", "extra_env_kwargs", "metadata", "metrics", "default", "advanced_configs"])

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
    Object.entries(value).map(([name, one]) =>
      kept !== null && isFree(name, one) ? [name, one] : [nameText(name), withPlainNumbers(one, kept)],
    ),
  )
}

const exactObject = new RegExp(String.raw`\{\s*"${exactName}":\s*"(${numberText})"\s*\}`, "g")

/** A quote inside a text has a backslash before it, so that no text looks like a name. */
const markedName = new RegExp(String.raw`"${nameMark}((?:0|[1-9]\d{0,9})"\s*:)`, "g")

/** JSON text with its exact numbers, and the names that have a mark, as they were written. */
export const asWritten = (text: string): string =>
  text.includes(nameMark) ? text.replace(exactObject, "$1").replace(markedName, '"$1') : text

/** Writes JSON as JSON.stringify does, with every exact number and every name as it was written. */
export const stringifyExact = (value: unknown, indent?: number): string => {
  const text: string | undefined = JSON.stringify(value, null, indent)
  return text === undefined ? "" : asWritten(text)
}
