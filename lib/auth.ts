import "server-only"
import { type AuthOptions, getServerSession } from "next-auth"
import Credentials from "next-auth/providers/credentials"
import { cache } from "react"
import { createClient } from "./api/client.ts"
import { httpTransport } from "./api/http.ts"
import { isLoopback } from "./local-sign-in.ts"

/**
 * Who is signed in. On a server bound to this machine alone the browser needs no sign-in: proxy.ts signs it in as the local
 * user. Elsewhere people sign in with an API key.
 */
export const authOptions: AuthOptions = {
  session: { strategy: "jwt", maxAge: 30 * 24 * 3600 },
  pages: { signIn: "/login" },
  providers: [
    Credentials({
      id: "api-key",
      name: "API key",
      credentials: { apiKey: { label: "API key", type: "password" } },
      async authorize(credentials) {
        const key = credentials?.apiKey?.trim()
        if (!key) return null
        const { data } = await createClient(await transportWithKey(key), { parse: true })
          .whoami()
          .catch(() => ({ data: null }))
        return data ? { id: data.id, name: data.name, email: data.email } : null
      },
    }),
  ],
}

async function transportWithKey(key: string) {
  if (process.env.PLATFORM_URL) return httpTransport(process.env.PLATFORM_URL, key)
  const { inProcessTransport } = await import("./api/in-process.ts")
  const send = inProcessTransport(null)
  return async (request: Request) => {
    const headers = new Headers(request.headers)
    headers.set("authorization", `Bearer ${key}`)
    return send(new Request(request, { headers }))
  }
}

/** The user id of this request's session; null when nobody is signed in. */
export const currentUserId = cache(async (): Promise<string | null> => {
  const session = await getServerSession({
    ...authOptions,
    callbacks: { session: ({ session, token }) => ({ ...session, userId: token.sub }) },
  })
  const userId = (session as { userId?: string } | null)?.userId ?? null
  return userId === localUser ? localUserId() : userId
})

/** In the session of a browser on this machine; the platform knows which user that is. */
export const localUser = "local"

async function localUserId(): Promise<string | null> {
  if (!isLoopback() || process.env.PLATFORM_URL) return localUser
  const { ownerId } = await import("./api/in-process.ts")
  return ownerId()
}
