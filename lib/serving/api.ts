import type { Server } from "node:http"
import { gzipSync } from "node:zlib"
import { getRequestListener, type HttpBindings } from "@hono/node-server"
import { Hono } from "hono"
import { compress } from "hono/compress"
import { passConnectionOn } from "../sign-in/connection.ts"
import { answerFirst } from "./answer-first.ts"
import { securityHeaders } from "./security-headers.mjs"

/** Also as proxies are asked, with the whole address. */
const address = /^(?:https?:\/\/[^/?#]*)?\/api\/v1(?:[/?]|$)/i

/** What fits into one packet is not compressed. What is longer than the second is compressed as it is sent; up to there a stream costs more than compressing. */
const size = { compressed: 1400, asStream: 64 * 1024 }

/**
 * Answers the API without Next, which takes three times as long to bring a request to a route as the platform takes to answer a small one.
 * Long answers are compressed for whoever says so.
 */
export function serveApi(server: Pick<Server, "emit">, handle: (request: Request) => Promise<Response>): void {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(compress({ threshold: size.compressed }))
  app.all("*", async (c) => {
    passConnectionOn(c.env.incoming, c.req.raw.headers)
    const answer = await handle(c.req.raw)
    const headers = new Headers(answer.headers)
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
    const { status, statusText } = answer
    if (!isPackedAtOnce(c.req.raw, headers)) return new Response(answer.body, { status, statusText, headers })
    const packed = gzipSync(await answer.arrayBuffer())
    headers.set("content-encoding", "gzip")
    headers.set("content-length", String(packed.byteLength))
    headers.append("vary", "Accept-Encoding")
    return new Response(packed, { status, statusText, headers })
  })
  app.onError((error) => {
    console.error(error)
    return refuse(500, "internal", "The platform failed to answer")
  })
  // The other servers of this process are Next's, which has Request and Response as Node has them. And a body that was refused is read to its end, by
  // Node: who has still to send most of it would only see a broken connection otherwise.
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    autoCleanupIncoming: false,
    errorHandler: () => refuse(400, "rejected", "This is no request that HTTP allows"),
  })
  answerFirst(server, (request, response) => {
    // Asked of the server as a whole, which Next takes for a broken address of its own.
    if (request.url === "*") {
      response.writeHead(request.method === "OPTIONS" ? 204 : 400, securityHeaders).end()
      return true
    }
    if (!address.test(request.url ?? "")) return false
    void listener(request, response)
    return true
  })
}

/** Whether an answer is JSON of which it is known that it is not long, for a client that accepts gzip, as all browsers do; others are left to Hono. */
function isPackedAtOnce(asked: Request, headers: Headers): boolean {
  const length = Number(headers.get("content-length"))
  const isPlain =
    headers.get("content-type") === "application/json" && !["content-encoding", "etag", "cache-control"].some((name) => headers.has(name))
  const takesGzip = /(?:^|,)\s*gzip\s*(?:,|$)/.test(asked.headers.get("accept-encoding") ?? "")
  return isPlain && takesGzip && asked.method !== "HEAD" && length >= size.compressed && length < size.asStream
}

const refuse = (status: number, code: string, detail: string): Response =>
  Response.json({ detail, errors: [{ param: "", details: detail }], code }, { status, headers: securityHeaders })
