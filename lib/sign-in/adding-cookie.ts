import { createHash } from "node:crypto"
import { readSession, type Session, sessionCookie } from "./session.ts"

/** Keeps that whoever is signed in adds who a provider says they are to their account, and does not sign in with it. */
export const addingCookie = "hosted-evals.adding-identity"

/** Read by next-auth's own addresses alone, and no longer than it takes to sign in at the provider. */
export const addingCookieOptions = { httpOnly: true, sameSite: "lax", path: "/api/auth", maxAge: 600 } as const

/** The cookie's value: of which session it is. */
export const addingMark = (token: string): string => createHash("sha256").update(token).digest("hex")

/** The token of the session for which an identity is to be added; null where none is, or whoever began it is signed in no more. */
export async function addsTo(cookie: (name: string) => string | undefined): Promise<string | null> {
  const mark = cookie(addingCookie)
  const session: Session | null = mark === undefined ? null : await readSession(cookie(sessionCookie()))
  return session?.kind === "account" && addingMark(session.token) === mark ? session.token : null
}
