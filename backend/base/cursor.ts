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

/** The end of what timestamps are written as without a sign before the year. */
const momentMax = Date.UTC(9999, 11, 31)

/** The place behind a cursor that was written of a moment in milliseconds and an id; null for any other. */
export function readMomentCursor(text: string): { createdAt: Date; id: string } | null {
  const place = readCursor(text)
  const [at, id] = Array.isArray(place) ? place : []
  if (!Number.isSafeInteger(at) || at < 0 || at > momentMax || typeof id !== "string" || id.includes("\0")) return null
  return { createdAt: new Date(at), id }
}
