import type { MiddlewareHandler } from "hono"
import { newId } from "../base/ids.ts"

export const requestIdHeader = "x-request-id"

/** What clients and proxies before this one call a request; anything else than this could not stand in a log. */
const isId = (text: string | undefined): text is string => text !== undefined && /^[\w.:=+/-]{1,200}$/.test(text)

/** Gives each request an id, the one it came with or a new one, which its answer and the log have. */
export const withRequestId: MiddlewareHandler<{ Variables: { requestId: string } }> = async (c, next) => {
  const given = c.req.header(requestIdHeader)
  const id = isId(given) ? given : newId()
  c.set("requestId", id)
  await next()
  // A model's answer keeps the id that its provider gave it.
  if (!c.res.headers.has(requestIdHeader)) c.header(requestIdHeader, id)
}
