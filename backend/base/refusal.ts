export type RefusalKind = "invalid" | "not_found" | "too_large" | "timeout" | "unreachable"

/** What a sandbox cannot do, or that it does not answer. */
export class Refusal extends Error {
  constructor(
    readonly kind: RefusalKind,
    message: string,
  ) {
    super(message)
  }
}
