import { badgeOf } from "@/components/sharing/badge.ts"
import { sharedSubject } from "@/components/sharing/shared-words.ts"
import { formatScore } from "@/lib/format.ts"
import { sharedSvg } from "../shared-svg.ts"

/** A badge with a shared run's score, for a README or a page elsewhere. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  const { token } = await params
  return sharedSvg(token, (run) => badgeOf(sharedSubject(run), run.reward ? formatScore(run.reward.mean) : "no result"))
}
