"use server"

import { revalidatePath } from "next/cache"
import type { CreateProviderRequest, TestProviderRequest, UpdateProviderRequest } from "@/contract/index.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write after which the page is read again. */
const write = <T>(run: (client: Client) => Promise<T>) =>
  formAction(async () => {
    const value = await run(await api())
    revalidatePath(paths.models)
    return value
  })

export async function addProvider(body: CreateProviderRequest) {
  return write((client) => client.createProvider({ body }))
}

export async function changeProvider(id: string, body: UpdateProviderRequest) {
  return write((client) => client.updateProvider({ params: { provider_id: id }, body }))
}

export async function removeProvider(id: string) {
  return write((client) => client.deleteProvider({ params: { provider_id: id } }))
}

/** Changes nothing. */
export async function tryProvider(body: TestProviderRequest) {
  return formAction(async () => (await api()).testProvider({ body }))
}
