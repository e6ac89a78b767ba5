import "server-only"
import { Server } from "node:http"
import { startTracing, stopTracing } from "@/backend/base/tracing/tracing.ts"
import { Visit } from "@/backend/http/visit.ts"
import { type Platform, platform } from "@/backend/platform.ts"
import { NotLetIn } from "@/backend/services/accounts/provider-sign-in.ts"
import type { Identified, SignInIdentified } from "../sign-in/identified.ts"
import type { Send } from "./transport.ts"

/**
 * Reaches the platform in this process: the Hono app's own fetch, no network. The address of requests that came over the network travels
 * beside them, where no outsider can set it.
 * @param token of whoever is signed in; without it each request must carry one
 */
export function inProcessTransport(token: string | null, address?: string): Send {
  if (token === null) return async (request) => platform().fetch(request, null, address)
  const visit = new Visit()
  return async (request) => platform().fetch(request, { token }, address, visit)
}

/** Signs the operator in, whose browser was recognised. */
export const signInOperator = (place: { address: string; browser: string }): Promise<{ token: string }> => platform().signInOperator(place)

/** Signs in whom a provider has identified, maybe with an invitation. */
export async function signInIdentified(
  identified: Identified,
  invitation: string | null,
  place: { address: string; browser: string },
  at: Pick<Platform, "signInIdentified"> = platform(),
): ReturnType<SignInIdentified> {
  try {
    return await at.signInIdentified(identified, invitation, place)
  } catch (error) {
    if (error instanceof NotLetIn) return { refused: error.reason }
    throw error
  }
}

/** Connects an identity that a provider has confirmed to the account of a session. */
export const addIdentity = async (
  identified: Identified,
  token: string,
  at: Pick<Platform, "addIdentity"> = platform(),
): ReturnType<SignInIdentified> => ({ identity: await at.addIdentity(identified, token) })

/** Traces this process, where the operator has said where traces go. Before the platform is made. */
export const traceWeb = (): Promise<void> => startTracing("web")

/** Ends the platform of this process: metered requests are stored, connections closed, spans sent. */
export async function closePlatform(): Promise<void> {
  await platform().close()
  await stopTracing()
}

/** Serves tunnels on the port of this process. Next makes its server itself, so it is done to all of them. */
export const serveTunnels = (): void => platform().serveTunnels(Server.prototype)
