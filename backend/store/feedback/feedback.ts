import { desc, eq } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { feedback } from "../schema.ts"

export const feedbackFields = {
  id: feedback.id,
  userId: feedback.userId,
  message: feedback.message,
  category: feedback.category,
  cliVersion: feedback.cliVersion,
  runId: feedback.runId,
  createdAt: feedback.createdAt,
}

export type FeedbackRecord = Selected<typeof feedbackFields>

export async function insertFeedback(db: Db, values: NewOf<typeof feedbackFields>): Promise<FeedbackRecord> {
  const [row] = await db
    .insert(feedback)
    .values(toRow(feedback, feedbackFields, values))
    .returning(feedbackFields)
  return row as FeedbackRecord
}

/** Newest first. @param userId whose; null for everybody's */
export async function listFeedback(
  db: Db,
  userId: string | null,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ rows: FeedbackRecord[]; total: number }> {
  const whose = userId === null ? undefined : eq(feedback.userId, userId)
  const rows = await db.select(feedbackFields).from(feedback).where(whose).orderBy(desc(feedback.id)).offset(offset).limit(limit)
  return { rows, total: await db.$count(feedback, whose) }
}
