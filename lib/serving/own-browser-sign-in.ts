import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { parse, serialize } from "hono/utils/cookie"
import { isOwnBrowser } from "../sign-in/own-browser.ts"
import { type accountCookie, readSession, sessionCookie } from "../sign-in/session.ts"
import { answerFirst } from "./answer-first.ts"

const page = /^\/(?:dashboard(?:[/?]|$)|\?|$)/

/**
 * Signs the operator's own browser in with the first page that it asks for: the page is answered at once, and the session's cookie comes with it. Leading it to
 * an address that signs it in, and back, would make that page wait for two more answers.
 * @param newSession the cookie of a new session, for a request with these headers
 */
export function signInOwnBrowser(server: Pick<Server, "emit">, newSession: (headers: Headers) => ReturnType<typeof accountCookie>): void {
  async function signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cookie = request.headers.cookie ?? ""
    if (await readSession(parse(cookie, sessionCookie())[sessionCookie()])) return
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers.set(name, String(value))
    if (!(await isOwnBrowser(headers))) return
    const { name, value, ...options } = await newSession(headers)
    response.setHeader("set-cookie", serialize(name, value, options))
    // The page is rendered for the session that has just begun, and not for what was in the cookie before.
    const others = cookie.split("; ").filter((one) => one && !one.startsWith(`${name}=`))
    request.headers.cookie = [...others, `${name}=${encodeURIComponent(value)}`].join("; ")
  }

  answerFirst(server, (request, response, next) => {
    if (request.method !== "GET" || !page.test(request.url ?? "")) return false
    // Where nobody could be signed in, the page leads to the sign-in page.
    signIn(request, response)
      .catch((error) => console.error(error))
      .finally(next)
    return true
  })
}
