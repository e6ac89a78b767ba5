"use server"

import { revalidatePath } from "next/cache"
import { cookies } from "next/headers"
import { api } from "@/lib/api/server.ts"
import { currentSession } from "@/lib/auth.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { addingCookie, addingCookieOptions, addingMark } from "@/lib/sign-in/adding-cookie.ts"

/** Remembers, while a provider finds out who somebody is, that it is to be added to the account of whoever is signed in. */
export async function beginIdentity(): Promise<ActionResult<null>> {
  return formAction(async () => {
    const session = await currentSession()
    if (session?.kind === "account") (await cookies()).set(addingCookie, addingMark(session.token), addingCookieOptions)
    return null
  })
}

export async function removeIdentity(provider: string, subject: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).removeIdentity({ query: { provider, subject } })
    revalidatePath(paths.settings)
    return null
  })
}
