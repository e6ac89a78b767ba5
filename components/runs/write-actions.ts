"use server"

import type { SavedView, SaveViewRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Saves the list as it is shown under a name; a view of that name is replaced. */
export async function saveView(body: SaveViewRequest): Promise<ActionResult<SavedView>> {
  return formAction(async () => (await api()).saveView({ body }))
}

export async function deleteView(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deleteView({ params: { view_id: id } })
    return null
  })
}
