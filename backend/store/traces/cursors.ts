import { ServiceError } from "../../base/errors.ts"

/** A place in a list as text, for the page after it. */
export const writeCursor = (place: (string | number)[]): string => Buffer.from(JSON.stringify(place)).toString("base64url")

/** @throws ServiceError for what is no cursor of a list whose places have these types */
export function readCursor<T extends (string | number)[]>(text: string, types: { [K in keyof T]: "string" | "number" }): T {
  let place: unknown
  try {
    place = JSON.parse(Buffer.from(text, "base64url").toString("utf8"))
  } catch {
    place = null
  }
  const fits = Array.isArray(place) && place.length === types.length && types.every((type, i) => typeof (place as unknown[])[i] === type)
  if (!fits) throw new ServiceError("rejected", "cursor is not the next_cursor of an earlier page", [], "invalid_cursor")
  return place as T
}
