import "server-only"
import { platform } from "@/backend/platform.ts"
import type { Send } from "./transport.ts"

/** Who the dashboard speaks for: the signed-in person, or nobody, when the request must carry its own key. */
export type Caller = { userId: string } | null

/** Reaches the platform in this process: the Hono app's own fetch, no network. Identity travels beside the request, where no outsider can set it. */
export function inProcessTransport(caller: Caller): Send {
  return async (request) => platform().fetch(request, caller)
}

/** The user that a browser on this machine speaks for. */
export const ownerId = (): Promise<string> => platform().ownerId()

/** Ends the platform of this process: metered requests are stored, connections closed. */
export const closePlatform = (): Promise<void> => platform().close()
