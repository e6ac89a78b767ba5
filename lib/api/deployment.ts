import "server-only"
import { bearerOf, type Session } from "@/lib/sign-in/session.ts"
import { httpTransport } from "./http.ts"
import type { Send } from "./transport.ts"

/** The other platform that this dashboard shows, when one is configured. */
export const remotePlatform = (): { url: string; key: string } | null =>
  process.env.PLATFORM_URL ? { url: process.env.PLATFORM_URL, key: process.env.PLATFORM_API_KEY ?? "" } : null

/**
 * The transport of this deployment, speaking for whoever is signed in, with their session or key; for the operator of a dashboard that shows
 * another platform, with the operator's key of that. Without a session each request must carry a key.
 * @param address where the requests came from, when they came over the network
 */
export async function transportFor(session: Session | null, address?: string): Promise<Send> {
  const remote = remotePlatform()
  const bearer = session && bearerOf(session)
  if (remote) return httpTransport(remote.url, session?.kind === "operator" ? remote.key : bearer)
  const { inProcessTransport } = await import("./in-process.ts")
  return inProcessTransport(bearer, address)
}
