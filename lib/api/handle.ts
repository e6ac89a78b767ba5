import "server-only"
import { clientAddress } from "@/lib/sign-in/connection.ts"
import { isOwnName } from "@/lib/sign-in/own-browser.ts"
import { isJsonOrBytes, refuseForeign } from "@/lib/sign-in/same-origin.ts"
import { readSession, sessionCookie } from "@/lib/sign-in/session.ts"
import { remotePlatform, transportFor } from "./deployment.ts"

/** Answers a request to the platform's API under this site's own address: for the CLI and scripts with their key, for browsers with their session. */
export async function handleApi(request: Request): Promise<Response> {
  const { headers } = request
  const hasKey = headers.has("authorization")
  const session = !hasKey && isOwnName(headers.get("host")) ? await readSession(sessionIn(headers)) : null
  if (session) {
    const foreign = refuseForeign(request)
    if (foreign) return refuse(403, "forbidden", foreign)
    if (request.body && !isJsonOrBytes(headers)) return refuse(415, "invalid", "The body must be sent as application/json")
  }
  if (!hasKey && !session && remotePlatform()) return refuse(401, "unauthorized", "Sign in first")
  return (await transportFor(session, clientAddress(headers)))(request)
}

/** Of several cookies of that name the last one, as for pages. */
const sessionIn = (headers: Headers): string | undefined =>
  (headers.get("cookie") ?? "")
    .split(";")
    .map((one) => one.trim())
    .findLast((one) => one.startsWith(`${sessionCookie()}=`))
    ?.slice(sessionCookie().length + 1)

const refuse = (status: number, code: string, detail: string): Response =>
  Response.json({ detail, errors: [{ param: "", details: detail }], code }, { status })
