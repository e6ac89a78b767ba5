import type { Server } from "node:http"
import { getRequestListener, type HttpBindings } from "@hono/node-server"
import { Hono } from "hono"
import { compress } from "hono/compress"
import { passConnectionOn } from "../sign-in/connection.ts"
import { answerFirst } from "./answer-first.ts"
import { securityHeaders } from "./security-headers.mjs"

const address = /^\/api\/v1(?:[/?]|$)/

/**
 * Answers the API without Next, which takes three times as long to bring a request to a route as the platform takes to answer a small one.
 * Long answers are compressed for whoever says so.
 */
export function serveApi(server: Pick<Server, "emit">, handle: (request: Request) => Promise<Response>): void {
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.use(compress())
  app.all("*", async (c) => {
    passConnectionOn(c.env.incoming, c.req.raw.headers)
    const answer = await handle(c.req.raw)
    const headers = new Headers(answer.headers)
    for (const [name, value] of Object.entries(securityHeaders)) headers.set(name, value)
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers })
  })
  app.onError((error) => {
    console.error(error)
    return Response.json({ detail: "The platform failed to answer", errors: [], code: "internal" }, { status: 500 })
  })
  // The other servers of this process are Next's, which has Request and Response as Node has them.
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  answerFirst(server, (request, response) => {
    if (!address.test(request.url ?? "")) return false
    void listener(request, response)
    return true
  })
}
