"use server"

import { revalidatePath } from "next/cache"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** Sets what an account may spend in a month; null takes the budget away. */
export async function changeBudget(teamId: string | null, monthlyUsd: number | null) {
  return formAction(async () => {
    const budget = await (await api()).setBudget({ body: { team_id: teamId, monthly_usd: monthlyUsd } })
    revalidatePath(paths.usage)
    return budget
  })
}

/** A team, a member of it, or a person on the whole platform. */
export interface LimitOf {
  team_id?: string
  user_id?: string
}

/** Sets what they may spend in a month and run at once; null takes a limit away. */
export async function changeLimits(of: LimitOf, values: { monthly_usd: number | null; runs_at_once: number | null }) {
  return formAction(async () => {
    await (await api()).setLimits({ body: { ...of, ...values } })
    revalidatePath(paths.usage)
    return null
  })
}
