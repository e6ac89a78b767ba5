import "server-only"
import type { Session } from "@/lib/sign-in/session.ts"
import { httpTransport } from "./http.ts"
import type { Send } from "./transport.ts"

/** The other platform that this dashboard shows, when one is configured. */
export const remotePlatform = (): { url: string; key: string } | null =>
  process.env.PLATFORM_URL ? { url: process.env.PLATFORM_URL, key: process.env.PLATFORM_API_KEY ?? "" } : null

/**
 * The transport of this deployment, speaking for whoever is signed in: the operator of this dashboard, with the operator's key of
 * another platform, or anyone else with their own key. Without a session each request must carry a key.
 * @param address where the requests came from, when they came over the network
 */
export async function transportFor(session: Session | null, address?: string): Promise<Send> {
  const remote = remotePlatform()
  const key = session?.kind === "key" ? session.apiKey : null
  if (remote) return httpTransport(remote.url, session?.kind === "operator" ? remote.key : key)
  const { inProcessTransport, ownerId } = await import("./in-process.ts")
  const send = inProcessTransport(session?.kind === "operator" ? { userId: await ownerId() } : null, address)
  if (key === null) return send
  return (request) => {
    const headers = new Headers(request.headers)
    headers.set("authorization", `Bearer ${key}`)
    return send(new Request(request, { headers }))
  }
}
