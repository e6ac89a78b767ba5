/** Keeps the invitation that somebody came with, while a provider finds out who they are. */
export const invitationCookie = "hosted-evals.invitation"

/** Read by next-auth's own addresses alone, and no longer than it takes to sign in. */
export const invitationCookieOptions = { httpOnly: true, sameSite: "lax", path: "/api/auth", maxAge: 600 } as const
