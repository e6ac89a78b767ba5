import { exactText } from "@/contract/text/exact-json.ts"

/** Whether a JSON value is an object: no list, and no number that is kept as its text. */
export const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && exactText(value) === null
