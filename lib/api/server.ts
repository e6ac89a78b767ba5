import "server-only"
import { cache } from "react"
import { currentUserId } from "@/lib/auth.ts"
import { type Client, createClient } from "./client.ts"
import { httpTransport } from "./http.ts"
import type { Send } from "./transport.ts"

/** The other platform that this dashboard shows, when one is configured. */
export const remotePlatform = (): { url: string; key: string } | null =>
  process.env.PLATFORM_URL ? { url: process.env.PLATFORM_URL, key: process.env.PLATFORM_API_KEY ?? "" } : null

/** The transport of this deployment, speaking for a signed-in person (or for nobody). */
export async function transportFor(userId: string | null): Promise<Send> {
  const remote = remotePlatform()
  if (remote) return httpTransport(remote.url, remote.key)
  const { inProcessTransport } = await import("./in-process.ts")
  return inProcessTransport(userId ? { userId } : null)
}

/** The contract client for server components and server actions, speaking for the person whose request this is. */
export const api = cache(async (): Promise<Client> => {
  const userId = await currentUserId()
  return createClient(await transportFor(userId), { parse: remotePlatform() !== null })
})

/** Operations that this platform offers beyond Prime's public API. Empty for a platform that does not list them, such as Prime's. */
export const readExtensions = cache(async (): Promise<ReadonlySet<string>> => {
  const client = await api()
  return client.getCapabilities().then(
    ({ extensions }) => new Set(extensions),
    () => new Set<string>(),
  )
})
