import { notFound } from "next/navigation"
import { cache } from "react"
import type { EnvironmentDetail } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { api } from "@/lib/api/server.ts"

export interface EnvironmentParams {
  params: Promise<{ owner: string; name: string }>
}

const plain = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

export async function slugOf(params: EnvironmentParams["params"]): Promise<{ owner: string; name: string }> {
  const { owner, name } = await params
  return { owner: plain(owner), name: plain(name) }
}

type Reading = { ok: true; environment: EnvironmentDetail } | { ok: false; message: string }

/** The newest version of the environment, read once for layout and page together; the not-found page when there is none. */
export const readEnvironment = cache(async (owner: string, name: string): Promise<Reading> => {
  try {
    const { data } = await (await api()).getEnvironment({ params: { owner, name, version: "latest" } })
    return { ok: true, environment: data }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    if (error.status === 404) notFound()
    return { ok: false, message: error.message }
  }
})
