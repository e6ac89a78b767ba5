"use server"

import { revalidatePath } from "next/cache"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"
import { enter, signInClient } from "./enter.ts"

/** What a browser makes of WebAuthn's options. */
interface Answer {
  id: string
}

export async function beginPasskeySignIn(): Promise<ActionResult<Record<string, unknown>>> {
  return formAction(async () => {
    const { client } = await signInClient(null)
    return (await client.getPasskeySignInOptions()).data.options
  })
}

export async function signInWithPasskey(response: Answer): Promise<ActionResult<null>> {
  return formAction(async () => {
    const { client, browser } = await signInClient(null)
    return enter((await client.signInWithPasskey({ body: { response: { ...response }, browser } })).data)
  })
}

export async function beginPasskey(): Promise<ActionResult<Record<string, unknown>>> {
  return formAction(async () => (await (await api()).getPasskeyOptions()).data.options)
}

export async function addPasskey(name: string, response: Answer): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).addPasskey({ body: { name, response: { ...response } } })
    revalidatePath(paths.settings)
    return null
  })
}

export async function removePasskey(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).removePasskey({ params: { passkey_id: id } })
    revalidatePath(paths.settings)
    return null
  })
}
