"use server"

import { revalidatePath } from "next/cache"
import type { RetentionPreview } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** What a number of days would delete now. @param teamId null for the platform */
export async function previewRetention(teamId: string | null, days: number): Promise<ActionResult<RetentionPreview>> {
  return formAction(async () => (await (await api()).previewRetention({ query: { team_id: teamId, days } })).data)
}

/** Has runs deleted after so many days; null has them kept. */
export async function setRetention(teamId: string | null, days: number | null): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).setRetention({ body: { team_id: teamId, days } })
    revalidatePath("/dashboard/settings", "layout")
    return null
  })
}
