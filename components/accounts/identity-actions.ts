"use server"

import { revalidatePath } from "next/cache"
import { cookies } from "next/headers"
import { api } from "@/lib/api/server.ts"
import { currentSession } from "@/lib/auth.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { addingCookie, addingMark, providerCookieOptions } from "@/lib/sign-in/provider-cookies.ts"

/** Remembers, while the person signs in at a provider, that it is to be connected to the account they are signed in to. */
export async function beginIdentity(): Promise<ActionResult<null>> {
  return formAction(async () => {
    const session = await currentSession()
    if (session?.kind === "account") (await cookies()).set(addingCookie, addingMark(session.token), providerCookieOptions)
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
