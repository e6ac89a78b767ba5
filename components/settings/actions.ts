"use server"

import { revalidatePath } from "next/cache"
import { changedEntry, type EntryInput, newEntry } from "@/components/shared/named-values/named-value.ts"
import type { CreateApiKeyRequest, NewApiKey } from "@/contract/index.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write after which every page that shows its outcome is read again. */
async function write<T>(run: (client: Client) => Promise<T>): Promise<ActionResult<T>> {
  return formAction(async () => {
    const value = await run(await api())
    revalidatePath("/dashboard", "layout")
    return value
  })
}

export async function changeSlug(slug: string) {
  return write(async (client) => (await client.updateSlug({ body: { slug } })).data.slug)
}

/** The only answer that carries the key's value. The page is refreshed when its dialog closes. */
export async function createApiKey(body: CreateApiKeyRequest): Promise<ActionResult<NewApiKey>> {
  return formAction(async () => (await (await api()).createApiKey({ body })).data)
}

export async function revokeApiKey(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).revokeApiKey({ params: { key_id: id } })
    revalidatePath(paths.settings)
    return null
  })
}

export async function endTunnel(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteTunnel({ params: { tunnel_id: id } })
    revalidatePath(paths.settings)
    return null
  })
}

export async function createSecret(input: EntryInput) {
  return write(async (client) => void (await client.createSecret({ body: newEntry(input) })))
}

export async function updateSecret(id: string, input: EntryInput) {
  return write(async (client) => void (await client.updateSecret({ params: { secret_id: id }, body: changedEntry(input) })))
}

export async function deleteSecret(id: string) {
  return write(async (client) => void (await client.deleteSecret({ params: { secret_id: id } })))
}
