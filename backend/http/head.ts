import type { MiddlewareHandler } from "hono"

/** Hono answers HEAD with what GET would, and forgets the body: one that is a stream would wait for its reader for ever. */
export const endBodyOfHead: MiddlewareHandler = async (c, next) => {
  await next()
  if (c.req.raw.method === "HEAD") await c.res.body?.cancel()
}
