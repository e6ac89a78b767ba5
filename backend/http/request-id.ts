import type { Context, MiddlewareHandler } from "hono"
import { newId } from "../base/ids.ts"
import { inSpan, type Span, traceId } from "../base/tracing/tracing.ts"

export const requestIdHeader = "x-request-id"
const traceIdHeader = "x-trace-id"

/** What clients and proxies before this one call a request; anything else than this could not stand in a log. */
const isId = (text: string | undefined): text is string => text !== undefined && /^[\w.:=+/-]{1,200}$/.test(text)

/** Adds a header to an answer that is made already. Hono's own way makes a new one, whose text the server then reads back out of a stream. */
function addHeader(c: Context, name: string, value: string): void {
  try {
    c.res.headers.set(name, value)
  } catch {
    // Of an answer that was fetched, or is a redirection, nobody may change the headers.
    c.header(name, value)
  }
}

/** Gives each request an id, the one it came with or a new one, which its answer and the log have, and a span, where there is tracing. */
export const withRequestId: MiddlewareHandler<{ Variables: { requestId: string; span: Span } }> = async (c, next) => {
  const given = c.req.header(requestIdHeader)
  const id = isId(given) ? given : newId()
  c.set("requestId", id)
  const { method } = c.req
  const options = { kind: "server", attributes: { "http.request.method": method, "hosted_evals.request_id": id } } as const
  await inSpan(method, { ...options, traceparent: c.req.header("traceparent") }, async (span) => {
    c.set("span", span)
    await next()
    span.set({ "http.response.status_code": c.res.status, ...(c.res.status >= 500 ? { "error.type": String(c.res.status) } : {}) })
    const trace = traceId()
    if (trace !== undefined) addHeader(c, traceIdHeader, trace)
  })
  // A model's answer keeps the id that its provider gave it.
  if (!c.res.headers.has(requestIdHeader)) addHeader(c, requestIdHeader, id)
}
