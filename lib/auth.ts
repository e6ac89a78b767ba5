import "server-only"
import { cookies } from "next/headers"
import type { AuthOptions } from "next-auth"
import Credentials from "next-auth/providers/credentials"
import { cache } from "react"
import { createClient } from "./api/client.ts"
import { transportFor } from "./api/deployment.ts"
import { readSession, type Session, sessionCookie, sessionSeconds } from "./sign-in/session.ts"

/**
 * Sign-in with an API key. The session holds the key (its cookie is encrypted and out of scripts' reach) and speaks with it, so it may
 * do what the key may, and ends with it. The operator's session is made elsewhere: proxy.ts, app/login/link.
 */
export const authOptions: AuthOptions = {
  session: { strategy: "jwt", maxAge: sessionSeconds },
  pages: { signIn: "/login" },
  callbacks: {
    jwt: ({ token, user }) => (user ? { ...token, apiKey: (user as { apiKey?: string }).apiKey } : token),
  },
  providers: [
    Credentials({
      id: "api-key",
      name: "API key",
      credentials: { apiKey: { label: "API key", type: "password" } },
      async authorize(credentials) {
        const apiKey = credentials?.apiKey?.trim()
        if (!apiKey) return null
        const client = createClient(await transportFor({ kind: "key", apiKey }), { parse: true })
        const { data } = await client.whoami().catch(() => ({ data: null }))
        // Another platform may keep no audit log.
        if (data) await client.noteSignIn().catch(() => {})
        return data ? { id: data.id, name: data.name, email: data.email, apiKey } : null
      },
    }),
  ],
}

/** Whose session this request has; null when nobody is signed in. */
export const currentSession = cache(async (): Promise<Session | null> => readSession((await cookies()).get(sessionCookie())?.value))
