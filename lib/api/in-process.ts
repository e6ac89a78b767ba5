import "server-only"
import { Server } from "node:http"
import { platform } from "@/backend/platform.ts"
import type { Send } from "./transport.ts"

/** Who the dashboard speaks for: the signed-in person, or nobody, when the request must carry its own key. */
export type Caller = { userId: string } | null

/**
 * Reaches the platform in this process: the Hono app's own fetch, no network. Identity travels beside the request, where no outsider
 * can set it, and so does the address of requests that came over the network.
 */
export function inProcessTransport(caller: Caller, address?: string): Send {
  return async (request) => platform().fetch(request, caller, address)
}

/** The user that the operator's browser speaks for. */
export const ownerId = (): Promise<string> => platform().ownerId()

/** Ends the platform of this process: metered requests are stored, connections closed. */
export const closePlatform = (): Promise<void> => platform().close()

/** Serves tunnels on the port of this process. Next makes its server itself, so it is done to all of them. */
export const serveTunnels = (): void => platform().serveTunnels(Server.prototype)
