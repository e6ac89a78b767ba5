"use server"

import { revalidatePath } from "next/cache"
import type { AddSshKeyRequest } from "@/contract/index.ts"
import type { Client } from "@/lib/api/client.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** A write after which the page of instances is read again. */
const write = (run: (client: Client) => Promise<unknown>): Promise<ActionResult<null>> =>
  formAction(async () => {
    await run(await api())
    revalidatePath(paths.instances)
    return null
  })

export async function terminateInstance(id: string): Promise<ActionResult<null>> {
  return write((client) => client.deletePod({ params: { pod_id: id } }))
}

export async function addSshKey(body: AddSshKeyRequest): Promise<ActionResult<null>> {
  return write((client) => client.addSshKey({ body }))
}

export async function deleteSshKey(id: string): Promise<ActionResult<null>> {
  return write((client) => client.deleteSshKey({ params: { key_id: id } }))
}
