import { remotePlatform, transportFor } from "@/lib/api/deployment.ts"
import { currentSession } from "@/lib/auth.ts"
import { clientAddress } from "@/lib/sign-in/connection.ts"
import { isOwnName } from "@/lib/sign-in/own-browser.ts"
import { isJsonOrBytes, refuseForeign } from "@/lib/sign-in/same-origin.ts"

export const dynamic = "force-dynamic"

/** The platform's API under this site's own address: for the CLI and scripts with their key, for browsers with their session. */
async function handle(request: Request): Promise<Response> {
  const address = clientAddress(request.headers)
  const hasKey = request.headers.has("authorization")
  const session = !hasKey && isOwnName(request.headers.get("host")) ? await currentSession() : null
  if (session) {
    const foreign = refuseForeign(request)
    if (foreign) return refuse(403, "forbidden", foreign)
    if (request.body && !isJsonOrBytes(request.headers)) return refuse(415, "invalid", "The body must be sent as application/json")
  }
  if (!hasKey && !session && remotePlatform()) return refuse(401, "unauthorized", "Sign in first")
  return (await transportFor(session, address))(request)
}

const refuse = (status: number, code: string, detail: string): Response =>
  Response.json({ detail, errors: [{ param: "", details: detail }], code }, { status })

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT }
