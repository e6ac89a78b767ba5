import { ServiceError } from "../../base/errors.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "./require-evaluation.ts"

export async function requireLocal(ctx: Context, id: string): Promise<void> {
  const { evaluation } = await requireEvaluation(ctx, id)
  if (evaluation.isHosted) throw new ServiceError("conflict", "This evaluation runs on the platform, which stores its samples itself")
}
