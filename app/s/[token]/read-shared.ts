import type { Metadata } from "next"
import { cache } from "react"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import type { SharedRun } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { publicApi } from "@/lib/api/server.ts"
import { passQuery } from "./pass.ts"

/** What a link shows; null where it shows nothing. */
export async function orGone<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) return null
    throw error
  }
}

/** The run of a link, read once for a page and its description: null for a link that shows nothing, "password" for one that asks for it. */
export const readSharedRun = cache(async (token: string): Promise<SharedRun | "password" | null> => {
  const client = await publicApi()
  try {
    return await orGone(client.getSharedRun({ params: { token }, query: await passQuery() }))
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return "password"
    throw error
  }
})

/** The title of a page of a link. @param part what the page has of the run, such as "Samples of" */
export async function titleOf(token: string, part?: string): Promise<Metadata> {
  const run = await readSharedRun(token)
  if (run === "password") return { title: "A shared evaluation" }
  return { title: run ? [part, sharedSubject(run)].filter(Boolean).join(" ") : "No such link" }
}
