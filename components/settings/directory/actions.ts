"use server"

import { revalidatePath } from "next/cache"
import type { AccessRole } from "@/contract/access/roles.ts"
import type { NewDirectoryToken } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** The only answer that has the token. The page is refreshed when its dialog closes. */
export async function createDirectoryToken(name: string, days: number | null): Promise<ActionResult<NewDirectoryToken>> {
  return formAction(
    async () => (await (await api()).createDirectoryToken({ body: { name, ...(days === null ? {} : { expires_in_days: days }) } })).data,
  )
}

export async function revokeDirectoryToken(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).revokeDirectoryToken({ params: { token_id: id } })
    revalidatePath(paths.directory)
    return null
  })
}

/** @param teamId null takes away what the group gives */
export async function mapDirectoryGroup(groupId: string, teamId: string | null, role: AccessRole): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).mapDirectoryGroup({ params: { group_id: groupId }, body: { team_id: teamId, role } })
    revalidatePath(paths.directory)
    return null
  })
}
