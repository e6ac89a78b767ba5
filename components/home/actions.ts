"use server"

import { revalidatePath } from "next/cache"
import { api } from "@/lib/api/server.ts"
import { formAction } from "@/lib/form-action.ts"
import { paths } from "@/lib/paths.ts"

/** Says that the page is looked at. What it shows stays as it is until the next visit. */
export async function noteVisit() {
  return formAction(async () => (await api()).noteHomeVisit({ body: {} }))
}

/** Puts the first steps away for good. */
export async function hideSteps() {
  return formAction(async () => {
    await (await api()).noteHomeVisit({ body: { hide_steps: true } })
    revalidatePath(paths.home)
  })
}
