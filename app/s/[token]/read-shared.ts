import { notFound } from "next/navigation"
import { cache } from "react"
import type { SharedRun } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { publicApi } from "@/lib/api/server.ts"

/** What a link shows; the page that says so where it shows nothing. */
export async function orGone<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 422)) notFound()
    throw error
  }
}

/** The run of a link, read once for a page and its description. */
export const readSharedRun = cache(async (token: string): Promise<SharedRun> => {
  const client = await publicApi()
  return orGone(client.getSharedRun({ params: { token } }))
})
