/** One thing that is wrong with the input. `path` names the field as the request spells it. */
export interface Problem {
  path: (string | number)[]
  message: string
}

export type ErrorCode =
  | "invalid"
  | "rejected"
  | "unauthorized"
  | "payment_required"
  | "forbidden"
  | "missing_permission"
  | "not_found"
  | "conflict"
  | "gone"
  | "too_large"
  | "timeout"
  | "too_many"
  | "limit_reached"
  | "upstream"
  | "not_offered"
  | "unavailable"

/** An expected refusal. backend/http/errors.ts alone turns its code into a status and a body. */
export class ServiceError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly problems: Problem[] = [],
    /** The word for it in an API of Prime's that has words of its own. */
    readonly wireCode: string | null = null,
  ) {
    super(message)
    this.name = "ServiceError"
  }
}

export const notFound = (what: string, id: string) =>
  new ServiceError("not_found", `There is no ${what} ${JSON.stringify(id)}, or you may not see it`)

/** Refused for now only. */
export class TooManyRequests extends ServiceError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super("too_many", message)
  }
}

/** A field that breaks a rule: 422 with the field and the limit. */
export const invalid = (path: (string | number)[], message: string) => new ServiceError("invalid", message, [{ path, message }])

/** Anything that was thrown, as an Error. */
export const toError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)))
