import { decode, encode } from "next-auth/jwt"

/** Who is signed in: the operator of this dashboard, or whoever has an API key of the platform. */
export type Session = { kind: "operator" } | { kind: "key"; apiKey: string }

export const sessionSeconds = 30 * 24 * 3600

/** The subject of the operator's session. */
const operator = "operator"

const isSecure = (): boolean => (process.env.NEXTAUTH_URL ?? process.env.PUBLIC_URL ?? "").startsWith("https://")

/** The name of the session's cookie, which next-auth derives from the address in the same way. */
export const sessionCookie = (): string => `${isSecure() ? "__Secure-" : ""}next-auth.session-token`

/** @throws Error when sessions could be signed by anybody */
export function sessionSecret(): string {
  const secret = process.env.NEXTAUTH_SECRET ?? ""
  if (secret.length < 16) throw new Error("NEXTAUTH_SECRET must be set, to at least 16 characters: it signs the sessions of browsers")
  return secret
}

/** The session in a cookie of that value; null when there is none that is valid. */
export async function readSession(cookie: string | undefined): Promise<Session | null> {
  const token = cookie ? await decode({ token: cookie, secret: sessionSecret() }).catch(() => null) : null
  if (token?.sub === operator) return { kind: "operator" }
  return typeof token?.apiKey === "string" ? { kind: "key", apiKey: token.apiKey } : null
}

/** A new session of the operator, as the value and the options of its cookie. */
export async function operatorSession() {
  const value = await encode({ secret: sessionSecret(), token: { sub: operator, name: "Local user" }, maxAge: sessionSeconds })
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure(), maxAge: sessionSeconds } as const
  return { value, options }
}
