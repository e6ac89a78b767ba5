import { createHash } from "node:crypto"
import { readSession, sessionCookie } from "./session.ts"

/** How cookies are kept while a person signs in at a provider: for next-auth's own addresses alone, and no longer than that takes. */
export const providerCookieOptions = { httpOnly: true, sameSite: "lax", path: "/api/auth", maxAge: 600 } as const

/** Keeps the invitation that a person came with. */
export const invitationCookie = "hosted-evals.invitation"

/** Keeps that a signed-in person connects the provider to their account, and does not sign in with it. */
export const addingCookie = "hosted-evals.adding-identity"

/** The value of `addingCookie`: which session it belongs to. */
export const addingMark = (token: string): string => createHash("sha256").update(token).digest("hex")

/** The token of the session that a provider is to be connected to; null when none is, or when another session has begun since. */
export async function addsTo(cookie: (name: string) => string | undefined): Promise<string | null> {
  const mark = cookie(addingCookie)
  const session = mark === undefined ? null : await readSession(cookie(sessionCookie()))
  return session?.kind === "account" && addingMark(session.token) === mark ? session.token : null
}
