import type { Feedback, PageQuery, SendFeedbackRequest } from "../../../contract/index.ts"
import { newId } from "../../base/ids.ts"
import { type FeedbackRecord, insertFeedback, listFeedback } from "../../store/feedback/feedback.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"

const toFeedback = (row: FeedbackRecord): Feedback => ({
  id: row.id,
  user_id: row.userId,
  message: row.message,
  category: row.category,
  cli_version: row.cliVersion,
  run_id: row.runId,
  created_at: row.createdAt.toISOString(),
})

/** Stores feedback, and writes it to the platform's log, where an operator sees it without asking. */
export async function sendFeedback(ctx: Context, input: SendFeedbackRequest): Promise<Feedback> {
  const row = await insertFeedback(ctx.db, {
    id: newId(),
    userId: requireUser(ctx),
    message: input.message,
    category: input.category,
    cliVersion: input.cli_version ?? null,
    runId: input.run_id ?? null,
  })
  ctx.log.info({ category: row.category, userId: row.userId, runId: row.runId, message: row.message }, "feedback")
  return toFeedback(row)
}

/** A page of the caller's own feedback; of everybody's for an admin of the platform. */
export async function readFeedback(ctx: Context, page: PageQuery) {
  const userId = requireUser(ctx)
  const isAdmin = (await findUser(ctx.db, userId))?.role === "ADMIN"
  const { rows, total } = await listFeedback(ctx.db, isAdmin ? null : userId, page)
  return { data: rows.map(toFeedback), total_count: total, offset: page.offset, limit: page.limit, status: "success" }
}
