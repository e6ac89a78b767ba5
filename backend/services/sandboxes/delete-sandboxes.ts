import type { BulkDeleteSandboxesRequest, BulkDeleteSandboxesResponse } from "../../../contract/index.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { endSandboxes } from "../../store/sandboxes/end-sandboxes.ts"
import type { SandboxEnd } from "../../store/sandboxes/sandbox.ts"
import { listSandboxes } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { mayEnd, scopeToEnd } from "../identity/made-by.ts"
import { askedOf, scopeWords } from "./read-sandboxes.ts"
import { requireSandbox } from "./require-sandbox.ts"

const deleted: SandboxEnd = { status: "TERMINATED", errorType: null, errorMessage: null }
const bulkMax = 500

/** Ends a sandbox. One that has ended stays as it is, so that a request may be sent again. @returns whether it was there */
export async function deleteSandbox(ctx: Context, id: string): Promise<boolean> {
  const row = await requireSandbox(ctx, id)
  if (!mayEnd(ctx, row)) throw new ServiceError("forbidden", "Only the user who created a sandbox and owners of its team may end it")
  return (await endSandboxes(ctx.db, [row.id], deleted)).length > 0
}

/** Ends sandboxes by ids, or the live ones that carry all given labels; reports why for each that could not be ended. */
export async function bulkDeleteSandboxes(ctx: Context, input: BulkDeleteSandboxesRequest): Promise<BulkDeleteSandboxesResponse> {
  if (!input.sandbox_ids && !input.labels) throw invalid(["sandbox_ids"], "give sandbox_ids or labels")
  const failed: { sandbox_id: string; error: string }[] = []
  const ids: string[] = []
  for (const id of new Set(input.sandbox_ids ?? []))
    await requireSandbox(ctx, id)
      .then(async (row) => {
        if (!mayEnd(ctx, row)) throw new ServiceError("forbidden", "You may not end this sandbox")
        ids.push(row.id)
      })
      .catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error
        failed.push({ sandbox_id: id, error: error.message })
      })
  if (input.labels) ids.push(...(await idsByLabels(ctx, input, input.labels)))
  await endSandboxes(ctx.db, ids, deleted)
  const succeeded = [...new Set(ids)]
  const message = `${succeeded.length} ${succeeded.length === 1 ? "sandbox" : "sandboxes"} ended${failed.length > 0 ? `, ${failed.length} not` : ""}`
  return { succeeded, failed, message }
}

async function idsByLabels(ctx: Context, input: BulkDeleteSandboxesRequest, labels: string[]): Promise<string[]> {
  const scope = await scopeToEnd(ctx, { ...askedOf(input), all: input.all_users }, scopeWords)
  const { rows } = await listSandboxes(ctx.db, { ...scope, labels, active: true }, { offset: 0, limit: bulkMax })
  return rows.map(({ id }) => id)
}
