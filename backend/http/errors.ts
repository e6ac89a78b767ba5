import type { Context as HonoContext } from "hono"
import { HTTPException } from "hono/http-exception"
import type { ContentfulStatusCode } from "hono/utils/http-status"
import type * as z from "zod"
import type { ErrorBody } from "../../contract/index.ts"
import { type ErrorCode, type Problem, ServiceError, TooManyRequests, toError } from "../base/errors.ts"
import type { Log } from "../base/log.ts"
import { traceId } from "../base/tracing/tracing.ts"
import { isPrimeClient } from "./prime/client.ts"
import { errorDetail, type PlaceOf } from "./prime/error-detail.ts"

const statuses: Record<ErrorCode, ContentfulStatusCode> = {
  invalid: 422,
  rejected: 400,
  unauthorized: 401,
  payment_required: 402,
  forbidden: 403,
  missing_permission: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  timeout: 408,
  too_many: 429,
  limit_reached: 400,
  upstream: 502,
  not_offered: 501,
  unavailable: 503,
}

/** The HTTP status of an expected refusal. */
export const statusOf = (code: ErrorCode): ContentfulStatusCode => statuses[code]

/** One body for all kinds of client: `errors` as the API reference documents it, `detail` for Prime's packages, `error` for Prime Traces. */
function errorBody(c: HonoContext, code: string, message: string, problems: Problem[] = [], wireCode: string | null = null): ErrorBody {
  const trace = traceId()
  return {
    ...(wireCode === null ? {} : { error: { code: wireCode, message } }),
    detail: errorDetail(message, problems, isPrimeClient(c.req.raw.headers), placeOf(c)),
    errors:
      problems.length === 0
        ? [{ param: "", details: message }]
        : problems.map(({ path, message: details }) => ({ param: path.join("."), details })),
    code,
    ...(trace === undefined ? {} : { trace_id: trace }),
  }
}

const placeOf =
  (c: HonoContext): PlaceOf =>
  (field = "") => {
    if (Object.hasOwn(c.req.param(), field)) return "path"
    return ["GET", "HEAD"].includes(c.req.method) || Object.hasOwn(c.req.queries(), field) ? "query" : "body"
  }

/** Zod's issues as problems, with the field and the limit in each message. */
export const toProblems = (error: z.ZodError): Problem[] =>
  error.issues.slice(0, 50).map((issue) => ({
    path: issue.path.map((part) => (typeof part === "symbol" ? String(part) : part)),
    message: sentence(issue),
  }))

/** A broken bound in words; our own wordings and zod's others stay as they are. */
function sentence(issue: z.core.$ZodIssue): string {
  // What is wrong with a key is one level deeper.
  if (issue.code === "invalid_key") return issue.issues.map((one) => one.message).join("; ")
  if (issue.code !== "too_small" && issue.code !== "too_big") return issue.message
  const [bound, limit] = issue.code === "too_small" ? ["least", issue.minimum] : ["most", issue.maximum]
  if (issue.origin === "string") return `must have at ${bound} ${limit} characters`
  if (issue.origin === "array") return `must have at ${bound} ${limit} entries`
  if (issue.origin !== "number" && issue.origin !== "int") return issue.message
  if (issue.inclusive === false) return `must be ${issue.code === "too_small" ? "above" : "below"} ${limit}`
  return `must be at ${bound} ${limit}`
}

/** The only place that turns an error into a status and a body. */
export function answerError(log: Log) {
  return (thrown: unknown, c: HonoContext): Response => {
    if (thrown instanceof TooManyRequests) c.header("retry-after", String(thrown.retryAfterSeconds))
    // The rest of a body that nobody reads would keep the connection busy.
    if (thrown instanceof ServiceError && ["too_large", "timeout"].includes(thrown.code)) c.header("connection", "close")
    if (thrown instanceof ServiceError)
      return c.json(errorBody(c, thrown.code, thrown.message, thrown.problems, thrown.wireCode), statusOf(thrown.code))
    if (thrown instanceof HTTPException) return c.json(errorBody(c, "invalid", thrown.message), thrown.status as ContentfulStatusCode)
    const error = toError(thrown)
    // Nobody reads the answer: the client has hung up while it sent its body.
    if (c.req.raw.signal.aborted || (error.message === "aborted" && "code" in error && error.code === "ECONNRESET"))
      return c.json(errorBody(c, "rejected", "The request was broken off"), 400)
    log.error({ error: error.stack, request: c.get("requestId"), method: c.req.method, path: c.req.path }, "a request failed")
    return c.json(errorBody(c, "internal", "Something went wrong in the platform. Its log has the details."), 500)
  }
}

export const answerNotFound = (c: HonoContext): Response =>
  c.json(errorBody(c, "not_found", `There is nothing at ${c.req.method} ${c.req.path}`), 404)
