import type { Hono, Context as HonoContext, MiddlewareHandler } from "hono"
import * as z from "zod"
import {
  access,
  type Endpoint,
  endpoints,
  limits,
  type OperationId,
  parseExact,
  parseLenient,
  parseMessage,
  plainNumbers,
  stringifyExact,
} from "../../contract/index.ts"
import { invalid, ServiceError } from "../base/errors.ts"
import { cleanJson, maybeUnstorable } from "../base/json.ts"
import type { Span } from "../base/tracing/tracing.ts"
import type { Context } from "../services/context.ts"
import { requireMay, requireScope } from "../services/identity/may.ts"
import { requirePermission } from "../services/identity/require-permission.ts"
import { toProblems } from "./errors.ts"
import { printableAnswer } from "./prime/answers.ts"
import { isPrimeClient } from "./prime/client.ts"
import { refuseForeignBody } from "./prime/not-offered.ts"
import { withTeamId } from "./prime/team.ts"
import { readJsonText } from "./read-body.ts"

/** What middleware leaves for routes. */
export type Variables = {
  Variables: {
    ctx: Context
    /** What measures the request. */
    span: Span
    /** Counts the request where it is counted; what it returns is called when the request was answered. */
    admit: (entry: Endpoint) => Promise<() => void>
    /** Waits until the request may be worked on; what it returns is called when it has been. */
    takeTurn: () => Promise<() => void>
  }
}
export type App = Hono<Variables>

type Parsed<E extends Endpoint, K extends "params" | "query" | "body"> = E[K] extends z.ZodType ? z.output<E[K]> : undefined
type Answer<E extends Endpoint> = E["answer"] extends "json" ? z.input<E["response"]> | Response : Response

export interface Input<E extends Endpoint> {
  ctx: Context
  params: Parsed<E, "params">
  query: Parsed<E, "query">
  body: Parsed<E, "body">
  request: Request
  /** How many NaN and infinities the body's rows had; they are null in it. */
  nonFinite: number
}

/**
 * `{name}` of the contract as Hono writes it. A version keeps its @ in the address; a model id may hold slashes. The app takes
 * addresses with and without a trailing slash, so the route is written without.
 */
export const honoPath = (path: string): string =>
  path
    .replace(/@\{version\}/g, ":version{@[^/]+}")
    .replace(/\{model_id\}/g, ":model_id{.+}")
    .replace(/\{([a-z_]+)\}/g, ":$1")
    .replace(/\/$/, "")

/**
 * Serves one entry of the contract: parses what comes in, refuses what does not fit with the field and the limit,
 * and sends what the handler gives. A handler whose answer does not fit the contract does not compile.
 */
export function route<E extends Endpoint>(app: App, entry: E, handler: (input: Input<E>) => Promise<Answer<E>>): void {
  app.on(entry.method.toUpperCase(), honoPath(entry.path), counted(entry), async (c) => {
    if (entry.access === "required" && c.var.ctx.caller.kind === "nobody")
      throw new ServiceError("unauthorized", "This needs an API key: send it as Authorization: Bearer KEY")
    if (entry.permission) await requirePermission(c.var.ctx, entry.permission)
    const ctx = contextFor(c.var.ctx, entry)
    const isForwarded = entry.answer === "stream"
    const { value, nonFinite } = entry.body && !entry.rawBody ? await jsonBody(c, entry) : { nonFinite: 0 }
    // Only once its body has arrived, so that no other request waits for a slow upload, and not for bodies and answers that are streamed.
    const worked = entry.rawBody || isForwarded ? () => {} : await c.var.takeTurn()
    try {
      refuseForeignBody(entry, value)
      const body = entry.body && !entry.rawBody ? parse(entry.body, withKey(c, entry.body, value)) : undefined
      const input = {
        ctx,
        params: await withTeamId(ctx, entry.params ? parse(entry.params, withoutNul(pathParams(c))) : undefined),
        query: await withTeamId(ctx, entry.query ? parse(entry.query, withoutNul(queryValues(c))) : undefined),
        body: isForwarded ? body : await withTeamId(ctx, body),
        request: c.req.raw,
        nonFinite,
      } as Input<E>
      const answer = await handler(input)
      if (answer instanceof Response) return answer
      const text = stringifyExact(isPrimeClient(c.req.raw.headers) ? printableAnswer(entry, answer) : answer)
      return c.body(text, entry.status as 200, {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(text)),
      })
    } finally {
      worked()
    }
  })
}

const needs = new Map(Object.entries(endpoints).map(([id, entry]) => [entry as Endpoint, access[id as OperationId]]))

/**
 * The context of a request of an endpoint, with what it needs of the caller.
 * @throws ServiceError for an API key that is not for this, and for a team in which the caller's role is too little
 */
export function contextFor(ctx: Context, entry: Endpoint): Context {
  const need = needs.get(entry) ?? "manage"
  requireScope(ctx, need)
  if (ctx.caller.kind === "user" && ctx.teamId) requireMay(ctx, { userId: ctx.caller.userId, teamId: ctx.teamId }, need)
  return { ...ctx, need }
}

/** Lets a request in where its caller has not asked too much. */
const counted =
  (entry: Endpoint): MiddlewareHandler<Variables> =>
  async (c, next) => {
    const answered = await c.var.admit(entry)
    const begin = performance.now()
    c.var.span.rename(`${entry.method.toUpperCase()} ${entry.path}`)
    c.var.span.set({ "http.route": entry.path })
    try {
      await next()
    } finally {
      answered()
      const { method, path } = entry
      c.var.ctx.metrics.observe({ method: method.toUpperCase(), path }, c.res.status, performance.now() - begin)
    }
  }

function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  // A number that is kept as it was written is none to the schema, which would not say that it is too large.
  const plain = schema.safeParse(plainNumbers(value))
  throw new ServiceError("invalid", "The request is not valid", toProblems(plain.error ?? parsed.error))
}

/** @throws ServiceError for a NUL in the address, which no stored text can hold */
function withoutNul<T extends Record<string, unknown>>(values: T): T {
  for (const [name, value] of Object.entries(values))
    if ([value].flat().some((one) => typeof one === "string" && one.includes("\0"))) throw invalid([name], "must not hold a NUL character")
  return values
}

/**
 * A body with the key of the header that others' APIs have for it, where it may have one.
 * @throws ServiceError for a body that has another key
 */
function withKey(c: HonoContext, schema: z.ZodType, value: unknown): unknown {
  const key = c.req.header("idempotency-key")
  if (key === undefined || !(schema instanceof z.ZodObject) || !Object.hasOwn(schema.shape, "idempotency_key")) return value
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value
  const { idempotency_key: own = null } = value as { idempotency_key?: unknown }
  if (own !== null && own !== key) throw invalid(["idempotency_key"], "is not that of the header Idempotency-Key")
  return { ...value, idempotency_key: key }
}

const pathParams = (c: HonoContext) =>
  Object.fromEntries(
    Object.entries(c.req.param() as Record<string, string>).map(([name, value]) => [
      name,
      name === "version" ? value.replace(/^@/, "") : value,
    ]),
  )

const queryValues = (c: HonoContext) =>
  Object.fromEntries(Object.entries(c.req.queries()).map(([name, values]) => [name, values.length > 1 ? values : values[0]]))

/** The body as JSON; an empty one has no value, since clients send none where nothing is needed. */
async function jsonBody(c: HonoContext<Variables>, entry: Endpoint): Promise<{ value?: unknown; nonFinite: number }> {
  const isKnown = c.var.ctx.caller.kind !== "nobody"
  const bytesMax = isKnown ? (entry.bodyBytesMax ?? limits.jsonBytesMax) : limits.keylessJsonBytesMax
  const text = await readJsonText(c.req.raw, { bytesMax })
  if (text.trim() === "") return { nonFinite: 0 }
  // What is forwarded to a model stays as it is; everything else ends up in Postgres.
  if (entry.answer === "stream") return { value: readAs(parseExact, text), nonFinite: 0 }
  const { value, nonFinite } = readAs(entry.rows ? parseLenient : entry.lenient ? parseLeniently : parseStrictly, text)
  return { value: maybeUnstorable(text) ? cleanJson(value) : value, nonFinite }
}

const parseStrictly = (text: string) => ({ value: parseMessage(text), nonFinite: 0 })

/** Numbers arrive as they were written, unless some are none. */
function parseLeniently(text: string): { value: unknown; nonFinite: number } {
  try {
    return parseStrictly(text)
  } catch {
    return parseLenient(text)
  }
}

/** @throws ServiceError for what is no JSON, or is nested too deeply to be read */
function readAs<T>(read: (text: string) => T, text: string): T {
  try {
    return read(text)
  } catch {
    throw new ServiceError("invalid", "The body is not valid JSON", [{ path: [], message: "the body is not valid JSON" }])
  }
}
