import type { ErrorBody } from "../../../contract/index.ts"
import type { Problem } from "../../base/errors.ts"
import { asMarkupSentence } from "./markup.ts"

/** Where a request has a field, from the first part of its path. */
export type PlaceOf = (field: string | number | undefined) => "path" | "query" | "body"

/**
 * `detail` of an error body, the only part of it that Prime's packages read: a sentence, or for broken rules a list in FastAPI's
 * shape. Every client gets it, so that an unknown build of the CLI shows the reason too; only known ones get it as markup.
 */
export function errorDetail(message: string, problems: Problem[], isPrime: boolean, placeOf: PlaceOf): ErrorBody["detail"] {
  const text = isPrime ? asMarkupSentence : (plain: string) => plain
  if (problems.length === 0) return text(message)
  return problems.map((problem) => ({
    loc: [placeOf(problem.path[0]), ...problem.path.map((part) => (typeof part === "string" ? text(part) : part))],
    msg: text(problem.message),
    type: "value_error",
  }))
}
