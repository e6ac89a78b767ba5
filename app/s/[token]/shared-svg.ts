import { badgeOf } from "@/components/sharing/badge.ts"
import type { SharedRun } from "@/contract/index.ts"
import { ApiError } from "@/lib/api/error.ts"
import { publicApi } from "@/lib/api/server.ts"

const freshForSeconds = 60

/** A picture of a shared run for other sites, as SVG; a badge that says so for a link that opens nothing, or asks for a password. */
export async function sharedSvg(token: string, draw: (run: SharedRun) => string): Promise<Response> {
  try {
    return answer(200, draw(await (await publicApi()).getSharedRun({ params: { token } })))
  } catch (error) {
    if (error instanceof ApiError && [401, 404].includes(error.status)) return answer(404, badgeOf("Hosted Evals", "no such link"))
    throw error
  }
}

const answer = (status: number, svg: string) =>
  new Response(svg, {
    status,
    headers: { "content-type": "image/svg+xml; charset=utf-8", "cache-control": `public, max-age=${freshForSeconds}` },
  })
