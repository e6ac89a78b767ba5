import { ServiceError } from "../../base/errors.ts"
import { endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { mayEnd } from "../identity/made-by.ts"
import { requireInstance } from "./require-instance.ts"

/** Terminates an instance. One that has ended stays as it is, so that a request may be sent again. */
export async function endInstance(ctx: Context, id: string): Promise<void> {
  const row = await requireInstance(ctx, id)
  if (!mayEnd(ctx, row))
    throw new ServiceError("forbidden", "Only the user who created an instance and owners of its team may terminate it")
  await ctx.db.transaction(async (tx) => {
    const ended = await endSandboxes(tx, [row.id], { status: "TERMINATED", errorType: null, errorMessage: null })
    if (ended.length > 0)
      await record(ctx, tx, { action: "instance.delete", target: { kind: "instance", id, name: row.name }, teamId: row.teamId })
  })
}
