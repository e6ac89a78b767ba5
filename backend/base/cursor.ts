/** A place in a list as text, for the page after it. */
export const writeCursor = (place: readonly (string | number)[]): string => Buffer.from(JSON.stringify(place)).toString("base64url")

/** The place that a cursor stands for, as far as it is one: what it holds has to be checked. Null for what is no cursor at all. */
export function readCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"))
  } catch {
    return null
  }
}
