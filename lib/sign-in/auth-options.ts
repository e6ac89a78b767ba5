import "server-only"
import type { AuthOptions } from "next-auth"
import Credentials from "next-auth/providers/credentials"
import { createClient } from "../api/client.ts"
import { transportFor } from "../api/deployment.ts"
import { ApiError } from "../api/error.ts"
import type { SignInIdentified } from "./identified.ts"
import { identityProviders } from "./providers.ts"
import { sessionCookie, sessionCookieOptions, sessionSeconds } from "./session.ts"

/**
 * Sign-in with an API key, or by a provider of identities. The session holds the key or a session of the platform (its cookie is encrypted
 * and out of scripts' reach) and speaks with it, so it may do what that may, and ends with it. Sessions by password begin in
 * components/accounts/actions.ts, the operator's in lib/sign-in/operator.ts.
 * @param signInIdentified null where there are no accounts of this platform's own
 */
export const authOptions = (signInIdentified: SignInIdentified | null): AuthOptions => ({
  session: { strategy: "jwt", maxAge: sessionSeconds },
  cookies: { sessionToken: { name: sessionCookie(), options: sessionCookieOptions() } },
  pages: { signIn: "/login", error: "/login" },
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
    ...(signInIdentified ? identityProviders() : []),
  ],
  callbacks: {
    async signIn({ user, account }) {
      if (account?.type !== "oauth" || !signInIdentified) return true
      const { provider, providerAccountId } = account
      const answer = await signInIdentified({
        provider,
        subject: providerAccountId,
        name: user.name ?? user.email ?? providerAccountId,
        email: user.email ?? null,
      })
      if ("identity" in answer) return `/dashboard/settings?identity=${answer.identity}`
      if ("refused" in answer) return `/login?refused=${answer.refused}`
      Object.assign(user, { session: answer.token })
      return true
    },
    jwt({ token, user }) {
      const { apiKey, session } = (user ?? {}) as { apiKey?: string; session?: string }
      return { ...token, ...(apiKey ? { apiKey } : {}), ...(session ? { session } : {}) }
    },
  },
  events: {
    async signOut({ token }) {
      if (typeof token?.session !== "string") return
      const send = await transportFor({ kind: "account", token: token.session })
      await createClient(send, { parse: false })
        .signOut()
        .catch((error: unknown) => {
          // It had ended before.
          if (!(error instanceof ApiError && error.status === 401)) throw error
        })
    },
  },
})
