"use server"

import type { RunPreset, SavePresetRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Keeps a configuration under a name; a preset of that name, for the same environment or for all, is replaced. */
export async function savePreset(body: SavePresetRequest): Promise<ActionResult<RunPreset>> {
  return formAction(async () => (await api()).savePreset({ body }))
}

export async function renamePreset(id: string, name: string): Promise<ActionResult<RunPreset>> {
  return formAction(async () => (await api()).renamePreset({ params: { preset_id: id }, body: { name } }))
}

export async function deletePreset(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).deletePreset({ params: { preset_id: id } })
    return null
  })
}
