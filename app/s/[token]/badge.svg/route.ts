import { badgeOf } from "@/components/sharing/badge.ts"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import { ApiError } from "@/lib/api/error.ts"
import { publicApi } from "@/lib/api/server.ts"
import { formatScore } from "@/lib/format.ts"

const freshForSeconds = 60

/** A badge with a shared run's score, for a README or a page elsewhere. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const client = await publicApi()
  try {
    const run = await client.getSharedRun({ params: await params })
    return answer(200, badgeOf(sharedSubject(run), run.reward ? formatScore(run.reward.mean) : "no result"))
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return answer(404, badgeOf("Hosted Evals", "no such link"))
    throw error
  }
}

const answer = (status: number, svg: string) =>
  new Response(svg, {
    status,
    headers: { "content-type": "image/svg+xml; charset=utf-8", "cache-control": `public, max-age=${freshForSeconds}` },
  })
