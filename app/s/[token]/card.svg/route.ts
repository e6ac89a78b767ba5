import { cardOf } from "@/components/sharing/card.ts"
import { sharedSvg } from "../shared-svg.ts"

/** A card with a shared run's result, for a page elsewhere. */
export async function GET(_: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  return sharedSvg((await params).token, cardOf)
}
