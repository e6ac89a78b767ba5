import "server-only"
import { cache } from "react"
import { currentSession } from "@/lib/auth.ts"
import { type Client, createClient } from "./client.ts"
import { remotePlatform, transportFor } from "./deployment.ts"

/** The contract client for server components and server actions, speaking for the person whose request this is. */
export const api = cache(
  async (): Promise<Client> => createClient(await transportFor(await currentSession()), { parse: remotePlatform() !== null }),
)

/** The contract client for pages that need no account: it speaks for nobody, whoever is signed in. */
export const publicApi = cache(async (): Promise<Client> => createClient(await transportFor(null), { parse: remotePlatform() !== null }))

/** Operations that this platform offers beyond Prime's public API. Empty for a platform that does not list them, such as Prime's. */
export const readExtensions = cache(async (): Promise<ReadonlySet<string>> => {
  const client = await api()
  return client.getCapabilities().then(
    ({ extensions }) => new Set(extensions),
    () => new Set<string>(),
  )
})
