import { ApiError, type FieldProblem } from "./api/error.ts"

/** What a server action returns to the form that called it. */
export type ActionResult<T> = { ok: true; value: T } | { ok: false; message: string; problems: FieldProblem[] }

/** Runs a write; an expected refusal becomes a message for the form, anything else reaches the error page. */
export async function formAction<T>(write: () => Promise<T>): Promise<ActionResult<T>> {
  try {
    return { ok: true, value: await write() }
  } catch (error) {
    if (error instanceof ApiError) return { ok: false, message: error.message, problems: error.problems }
    throw error
  }
}
