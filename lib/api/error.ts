import { cutText } from "@/contract/text/cut-text.ts"

/** One thing that is wrong with the input: the field's path and a sentence. */
export interface FieldProblem {
  field: string
  message: string
}

/** An answer that is not 2xx, or no answer at all (status 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: FieldProblem[] = [],
  ) {
    super(message)
    this.name = "ApiError"
  }
}

/** Where a field is, which stands before its path in `detail`. */
const places: readonly unknown[] = ["body", "query", "path"]

/**
 * Reads any platform's error body: the documented `errors` list, `detail` as text or list, or OpenAI's `error.message`.
 * `errors` goes first: it has the fields, which `detail` need not have.
 */
export async function toApiError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "")
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    return new ApiError(response.status, `The platform answered ${response.status}${text ? `: ${cutText(text, 300)}` : ""}`)
  }
  const { detail, errors, error } = (body ?? {}) as {
    detail?: string | { loc?: (string | number)[]; msg?: string }[]
    errors?: { param?: string; details?: string }[]
    error?: { message?: string }
  }
  const problems = errors?.length
    ? errors.map((one) => ({ field: one.param ?? "", message: one.details ?? "is not valid" }))
    : Array.isArray(detail)
      ? detail.map((one) => ({
          field: (one.loc ?? []).filter((part, i) => i > 0 || !places.includes(part)).join("."),
          message: one.msg ?? "is not valid",
        }))
      : []
  const message =
    problems.map((p) => (p.field ? `${p.field}: ${p.message}` : p.message)).join("; ") ||
    (typeof detail === "string" ? detail : error?.message)
  return new ApiError(response.status, message || `The platform answered ${response.status}`, problems)
}
