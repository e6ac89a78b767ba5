import "server-only"
import { cookies } from "next/headers"
import { cache } from "react"
import { readSession, type Session, sessionCookie } from "./sign-in/session.ts"

/** Whose session this request has; null when nobody is signed in. */
export const currentSession = cache(async (): Promise<Session | null> => readSession((await cookies()).get(sessionCookie())?.value))
