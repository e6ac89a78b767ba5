import { isObject, type RowObject } from "../row-values.ts"

const isNothing = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0)

/** What kind of thing an object is and its place in a list: said by where and how it is shown. */
const structural = new Set(["type", "index", "source_type"])

/**
 * The fields of an object that a reader did not use, so that the page can list them: nothing that somebody wrote is shown nowhere.
 * @returns null when nothing is left
 */
export function restOf(value: RowObject, used: ReadonlySet<string>): RowObject | null {
  const rest = Object.entries(value).filter(([key, one]) => !used.has(key) && !structural.has(key) && !isNothing(one))
  return rest.length > 0 ? Object.fromEntries(rest) : null
}

/** Several leftovers as one, each under its name; null when none has anything. */
export function joinRests(rests: readonly (readonly [name: string, rest: unknown])[]): RowObject | null {
  const some = rests.filter(([, rest]) => !isNothing(rest))
  return some.length > 0 ? Object.fromEntries(some) : null
}
