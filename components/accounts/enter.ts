import "server-only"
import { cookies, headers } from "next/headers"
import { type Client, createClient } from "@/lib/api/client.ts"
import { remotePlatform, transportFor } from "@/lib/api/deployment.ts"
import { browserWords } from "@/lib/sign-in/browser-words.ts"
import { clientAddress } from "@/lib/sign-in/connection.ts"
import { accountCookie, type Session } from "@/lib/sign-in/session.ts"

/** The contract client for what people do to sign in, counted for where they are, and what their browser is called. */
export async function signInClient(session: Session | null): Promise<{ client: Client; browser: string }> {
  const sent = await headers()
  const client = createClient(await transportFor(session, clientAddress(sent)), { parse: remotePlatform() !== null })
  return { client, browser: browserWords(sent.get("user-agent")) }
}

/** Signs this browser in with a session that has begun. */
export async function enter({ token }: { token: string }): Promise<null> {
  ;(await cookies()).set(await accountCookie(token))
  return null
}
