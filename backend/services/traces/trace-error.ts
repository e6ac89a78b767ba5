import { type ErrorCode, ServiceError } from "../../base/errors.ts"

/** A refusal with the code that Prime's packages know it by: they decide by it whether to send again, to mend the file or to stop. */
export const traceError = (code: ErrorCode, wireCode: string, message: string): ServiceError =>
  new ServiceError(code, message, [], wireCode)

/** Nothing of the upload was stored, and the same bytes are refused again. */
export const rejected = (wireCode: string, message: string): ServiceError => traceError("rejected", wireCode, message)

/** There is no such trace, episode or run. */
export const notThere = (what: "trace" | "episode" | "run", id: string): ServiceError =>
  traceError("not_found", `${what}_not_found`, `There is no ${what} ${JSON.stringify(id)}${what === "run" ? " with traces" : ""}`)
