"use server"

import type { Challenge } from "@/contract/index.ts"
import { api } from "@/lib/api/server.ts"
import { type ActionResult, formAction } from "@/lib/form-action.ts"

/** Approves or denies a terminal that asks for a key of the signed-in person. */
export async function answerChallenge(code: string, answer: "approve" | "deny"): Promise<ActionResult<Challenge>> {
  return formAction(async () => {
    const client = await api()
    const params = { code }
    return (await (answer === "approve" ? client.approveChallenge({ params }) : client.denyChallenge({ params }))).data
  })
}
