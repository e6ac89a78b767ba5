import { remotePlatform, transportFor } from "@/lib/api/server.ts"
import { currentUserId } from "@/lib/auth.ts"
import { isLocalHost, isLoopback } from "@/lib/local-sign-in.ts"

export const dynamic = "force-dynamic"

/** The platform's API under this site's own address: for the CLI and scripts with their key, for browsers with their session. */
async function handle(request: Request): Promise<Response> {
  if (request.headers.has("authorization") && !remotePlatform()) return (await transportFor(null))(request)
  const trusted = !isLoopback() || isLocalHost(request.headers.get("host"))
  const userId = trusted ? await currentUserId() : null
  if (!userId && remotePlatform()) return Response.json({ detail: "Sign in first", errors: [], code: "unauthorized" }, { status: 401 })
  return (await transportFor(userId))(request)
}

export { handle as DELETE, handle as GET, handle as HEAD, handle as OPTIONS, handle as PATCH, handle as POST, handle as PUT }
