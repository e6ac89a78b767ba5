import { parseExact } from "../text/exact-json.ts"

/** Defensive readers of sample rows, which may come from any program. */
export type RowObject = Record<string, unknown>

export const isObject = (value: unknown): value is RowObject => typeof value === "object" && value !== null && !Array.isArray(value)

/** The object, or an empty one for anything else. */
export const objectOf = (value: unknown): RowObject => (isObject(value) ? value : {})

/** The list, or an empty one for anything else. */
export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** A text that is not empty. */
export const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

export const finiteNumber = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null)

/** The value of JSON text, or undefined when it is not JSON. */
export const parseJson = (text: string): unknown => orUndefined(() => JSON.parse(text))

/** The same with numbers and the order of names as they were written, for what is shown or passed on. */
export const parseExactJson = (text: string): unknown => orUndefined(() => parseExact(text, "written"))

function orUndefined(parse: () => unknown): unknown {
  try {
    return parse()
  } catch {
    return undefined
  }
}
