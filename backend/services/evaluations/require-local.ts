import { isTerminal } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

/** @throws ServiceError for a hosted run, and for an upload that ended otherwise than by being complete: it takes nothing more */
export async function requireLocal(ctx: Context, id: string): Promise<void> {
  const { evaluation } = await requireEvaluation(ctx, id)
  if (evaluation.isHosted) throw new ServiceError("conflict", "This evaluation runs on the platform, which stores its samples itself")
  if (isTerminal(evaluation.status) && evaluation.status !== "COMPLETED")
    throw new ServiceError("conflict", `The evaluation has ended: ${evaluation.failure?.title ?? evaluation.status}`)
}
