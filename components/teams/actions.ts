"use server"

import { revalidatePath } from "next/cache"
import { redirect } from "next/navigation"
import type { AccessRole, CreateTeamRequest } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** Makes a team and leads to its page; returns only when it was refused. */
export async function createTeam(body: CreateTeamRequest): Promise<ActionResult<null>> {
  const result = await formAction(async () => (await (await api()).createTeam({ body })).data.teamId)
  if (!result.ok) return result
  revalidatePath("/dashboard", "layout")
  redirect(paths.team(result.value))
}

export async function changeRole(teamId: string, userId: string, role: AccessRole): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).updateTeamMember({ params: { team_id: teamId, user_id: userId }, body: { access_role: role } })
    revalidatePath("/dashboard", "layout")
    return null
  })
}

export async function removeMember(teamId: string, userId: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).removeTeamMember({ params: { team_id: teamId, user_id: userId } })
    revalidatePath(paths.team(teamId))
    return null
  })
}

/** Leaves a team and leads to the settings; returns only when it was refused. */
export async function leaveTeam(teamId: string): Promise<ActionResult<null>> {
  const result = await formAction(async () => void (await (await api()).leaveTeam({ params: { team_id: teamId } })))
  if (!result.ok) return result
  revalidatePath("/dashboard", "layout")
  redirect(paths.settings)
}
