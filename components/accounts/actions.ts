"use server"

import { revalidatePath } from "next/cache"
import type { AccessRole, NewInvitation, PasswordResetLink } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** What is left out stays as it is. */
export interface AccountChanges {
  name?: string
  email?: string
  password?: string
  current_password?: string
}

export async function updateAccount(changes: AccountChanges): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).updateAccount({ body: changes })
    revalidatePath("/dashboard", "layout")
    return null
  })
}

export async function endSession(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).endSession({ params: { session_id: id } })
    revalidatePath(paths.settings)
    return null
  })
}

export async function endOtherSessions(): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).endOtherSessions()
    revalidatePath(paths.settings)
    return null
  })
}

/** The only answer that has the link. The page is refreshed when its dialog closes. */
export async function createInvitation(email: string, team: { id: string; role: AccessRole } | null): Promise<ActionResult<NewInvitation>> {
  return formAction(async () => {
    const body = { email, ...(team ? { team_id: team.id, role: team.role } : {}) }
    return (await (await api()).createInvitation({ body })).data
  })
}

export async function revokeInvitation(id: string): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).revokeInvitation({ params: { invitation_id: id } })
    revalidatePath(paths.settings, "layout")
    return null
  })
}

export async function changePerson(userId: string, change: { is_admin: boolean } | { is_on: boolean }): Promise<ActionResult<null>> {
  return formAction(async () => {
    await (await api()).updatePerson({ params: { user_id: userId }, body: change })
    revalidatePath(paths.people)
    return null
  })
}

/** The only answer that has the link. */
export async function createPasswordReset(userId: string): Promise<ActionResult<PasswordResetLink>> {
  return formAction(async () => (await (await api()).createPasswordReset({ params: { user_id: userId } })).data)
}
