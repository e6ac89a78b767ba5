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
