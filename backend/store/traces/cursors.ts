import { readCursor } from "../../base/cursor.ts"
import { ServiceError } from "../../base/errors.ts"

/** @throws ServiceError for what is no cursor of a list whose places have these types */
export function readPlace<T extends (string | number)[]>(text: string, types: { [K in keyof T]: "string" | "number" }): T {
  const place = readCursor(text)
  const fits = Array.isArray(place) && place.length === types.length && types.every((type, i) => typeof place[i] === type)
  if (!fits) throw new ServiceError("rejected", "cursor is not the next_cursor of an earlier page", [], "invalid_cursor")
  return place as T
}
