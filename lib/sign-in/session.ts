import { decode, encode } from "next-auth/jwt"

/**
 * Who is signed in: whoever has a session of the platform, or an API key of it; beside another platform also the operator of this
 * dashboard, for whom there is nothing but this cookie.
 */
export type Session = { kind: "operator" } | { kind: "account"; token: string } | { kind: "key"; apiKey: string }

export const sessionSeconds = 30 * 24 * 3600

/** The subject of the operator's session beside another platform. */
const operator = "operator"

export const isSecure = (): boolean => (process.env.NEXTAUTH_URL ?? process.env.PUBLIC_URL ?? "").startsWith("https://")

/** The name of the session's cookie. Under TLS it is one that no other name of the same site, such as a tunnel's, may set. */
export const sessionCookie = (): string => `${isSecure() ? "__Host-" : ""}next-auth.session-token`

/** How the cookie is kept: out of scripts' reach, and sent by this site's own pages. */
export const sessionCookieOptions = () => ({ httpOnly: true, sameSite: "lax" as const, path: "/", secure: isSecure() })

/** @throws Error when sessions could be signed by anybody */
export function sessionSecret(): string {
  const secret = process.env.NEXTAUTH_SECRET ?? ""
  if (secret.length < 16) throw new Error("NEXTAUTH_SECRET must be set, to at least 16 characters: it signs the sessions of browsers")
  return secret
}

/** The session in a cookie of that value; null when there is none that is valid. Whether the platform still knows it is for it to say. */
export async function readSession(cookie: string | undefined): Promise<Session | null> {
  const token = cookie ? await decode({ token: cookie, secret: sessionSecret() }).catch(() => null) : null
  if (typeof token?.session === "string") return { kind: "account", token: token.session }
  if (typeof token?.apiKey === "string") return { kind: "key", apiKey: token.apiKey }
  return token?.sub === operator && process.env.PLATFORM_URL ? { kind: "operator" } : null
}

/** What an API key or a session sends along; null for the operator beside another platform, whose key is a setting. */
export const bearerOf = (session: Session): string | null =>
  session.kind === "account" ? session.token : session.kind === "key" ? session.apiKey : null

const cookieOf = async (token: Record<string, string>) => ({
  name: sessionCookie(),
  value: await encode({ secret: sessionSecret(), token, maxAge: sessionSeconds }),
  ...sessionCookieOptions(),
  maxAge: sessionSeconds,
})

/** Ends the cookie. Browsers take this under TLS only with the same options. */
export const noSessionCookie = () => ({ name: sessionCookie(), value: "", ...sessionCookieOptions(), maxAge: 0 })

/** The cookie of a session of the platform. */
export const accountCookie = (token: string) => cookieOf({ session: token })

/** The cookie of the operator of a dashboard that shows another platform. */
export const remoteOperatorCookie = () => cookieOf({ sub: operator, name: "Local user" })
