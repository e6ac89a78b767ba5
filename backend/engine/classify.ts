import { type Failure, type FailureClass, failureWordings, type RunnerError, type RunnerEvent } from "../../contract/index.ts"

type RunFailed = Extract<RunnerEvent, { kind: "run.failed" }>

export function failure(kind: FailureClass, found: Partial<Pick<Failure, "exception" | "message" | "traceback">> = {}): Failure {
  return { class: kind, ...failureWordings[kind], exception: null, message: null, traceback: null, ...found }
}

const named = (error: RunnerError, ...names: string[]) => names.includes(error.type.split(".").at(-1) ?? "")

const tests: [FailureClass, (error: RunnerError, phase: RunFailed["phase"]) => boolean][] = [
  ["missing_secret", (e) => named(e, "MissingKeyError") || /api_key client option must be set/i.test(e.message)],
  ["environment_import", (e, phase) => phase === "import" || (phase === "load" && named(e, "ModuleNotFoundError", "ImportError"))],
  ["environment_load", (_, phase) => phase === "load"],
  ["inference_auth", (e) => named(e, "AuthenticationError", "PermissionDeniedError") || e.status === 401 || e.status === 403],
  ["inference_rate_limit", (e) => named(e, "RateLimitError") || e.status === 429],
  ["inference_model", (e) => e.status === 404 && /model/i.test(e.message)],
  ["inference_unavailable", (e) => named(e, "APIConnectionError", "APITimeoutError", "InternalServerError") || (e.status ?? 0) >= 500],
]

/** Why a run failed, from the runner's own account. The innermost cause that fits a class decides. */
export function classify(event: RunFailed): Failure {
  const outermost = event.errors[0]
  const shown = event.errors.at(-1) ?? outermost
  const found = { exception: shown?.type ?? null, message: shown?.message ?? null, traceback: event.traceback || null }
  for (const error of [...event.errors].reverse())
    for (const [kind, fits] of tests)
      if (fits(error, event.phase)) return failure(kind, { ...found, exception: error.type, message: error.message })
  return failure("environment_rollout", found)
}
