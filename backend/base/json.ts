import { stringifyExact } from "../../contract/index.ts"

const unstorable = /\\u(?:0000|d[89a-f])/i

/** Whether JSON text may have what Postgres cannot store: NUL and lone surrogates, as escapes. Those of whole surrogate pairs count too. */
export const maybeUnstorable = (text: string): boolean =>
  // Nearly no text has any such escape, and looking for its beginning alone takes a tenth of the time.
  text.includes("\\u") && unstorable.test(text)

/** JSON text that Postgres can store. Nearly all is so as it is, which costs a look at the text instead of a copy of each value. */
export function storableText(value: unknown): string {
  const text = stringifyExact(value)
  return maybeUnstorable(text) ? stringifyExact(cleanJson(value)) : text
}

/**
 * Makes any JSON value fit for a jsonb column: NUL becomes U+FFFD and lone surrogates are replaced, in strings and keys.
 * One such character would make Postgres refuse the whole batch.
 */
export function cleanJson<T>(value: T): T {
  if (typeof value === "string") return cleanText(value) as T
  if (Array.isArray(value)) return value.map(cleanJson) as T
  if (value !== null && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [cleanText(key), cleanJson(one)])) as T
  return value
}

export const cleanText = (text: string): string => (text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text).toWellFormed()
