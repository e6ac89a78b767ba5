"use server"

import { cookies } from "next/headers"
import { currentSession } from "@/lib/auth.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { invitationCookie, providerCookieOptions } from "@/lib/sign-in/provider-cookies.ts"
import { enter, signInClient } from "./enter.ts"

export async function signInWithPassword(email: string, password: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client, browser } = await signInClient(null)
    return enter((await client.signIn({ body: { email, password, browser } })).data)
  })
}

/** Asks for a mail with a link for a new password. The answer does not tell whether anybody has the address. */
export async function forgotPassword(email: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client } = await signInClient(null)
    await client.forgotPassword({ body: { email } })
    return null
  })
}

export async function resetPassword(token: string, password: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client, browser } = await signInClient(null)
    return enter((await client.resetPassword({ body: { token, password, browser } })).data)
  })
}

/** Makes the account that an invitation is for. */
export async function makeAccount(token: string, name: string, password: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client, browser } = await signInClient(null)
    const { session } = (await client.acceptInvitation({ body: { token, name, password, browser } })).data
    return session && enter(session)
  })
}

/** Joins a team as whoever is signed in. */
export async function joinTeam(token: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client } = await signInClient(await currentSession())
    await client.acceptInvitation({ body: { token } })
    return null
  })
}

/** Keeps the invitation while a provider finds out who somebody is. */
export async function keepInvitation(token: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    ;(await cookies()).set(invitationCookie, token, providerCookieOptions)
    return null
  })
}
