import { mentionedIn } from "../../../contract/comments/mentions.ts"
import {
  type Comment,
  type CreateCommentRequest,
  type ListCommentsQuery,
  type ListCommentsResponse,
  type ListPeopleQuery,
  type ListPeopleResponse,
  limits,
} from "../../../contract/index.ts"
import { readMomentCursor, writeCursor } from "../../base/cursor.ts"
import { invalid, notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { cleanText } from "../../base/json.ts"
import { tellMentioned } from "../../outbox/tell-mentioned.ts"
import {
  type CommentRecord,
  countComments,
  deleteComment as deleteRow,
  findPeopleOf,
  insertComment,
  listPeopleOf,
  listComments as listRows,
  lockComments,
} from "../../store/comments/comments.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { requireSample } from "../reviews/require-sample.ts"

const toComment = (row: CommentRecord, author: string, callerId: string): Comment => ({
  id: row.id,
  evaluation_id: row.evaluationId,
  sample_id: row.sampleId,
  text: row.text,
  author: { id: row.userId, name: author },
  is_mine: row.userId === callerId,
  created_at: row.createdAt.toISOString(),
})

/** What people wrote beside a run or a sample, for whoever may see it: the newest page, oldest first. */
export async function listComments(ctx: Context, evaluationId: string, query: ListCommentsQuery): Promise<ListCommentsResponse> {
  const userId = requireUser(ctx)
  await requireEvaluation(ctx, evaluationId)
  const place = { evaluationId, sampleId: query.sample_id ?? null }
  const before = query.cursor ? placeOf(query.cursor) : null
  const [rows, total] = await Promise.all([listRows(ctx.db, place, { before, limit: query.limit + 1 }), countComments(ctx.db, place)])
  const page = rows.slice(0, query.limit)
  const first = rows.length > query.limit ? page.at(-1) : undefined
  return {
    comments: page.toReversed().map(({ author, ...row }) => toComment(row, author, userId)),
    total,
    earlier: first ? writeCursor([first.createdAt.getTime(), first.id]) : null,
  }
}

function placeOf(cursor: string): { createdAt: Date; id: string } {
  const place = readMomentCursor(cursor)
  if (!place) throw invalid(["cursor"], "is no `earlier` of a page of this list")
  return place
}

/**
 * Writes beside a run or a sample, and tells those who are mentioned and may see it.
 * @throws ServiceError for a run or a sample that the caller may not see, and where there are as many comments as there may be
 */
export async function createComment(ctx: Context, evaluationId: string, request: CreateCommentRequest): Promise<Comment> {
  const userId = requireUser(ctx)
  const sampleId = request.sample_id ?? null
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  if (sampleId !== null) await requireSample(ctx, evaluationId, sampleId)
  const author = (await findUser(ctx.db, userId))?.name ?? ""
  const text = cleanText(request.text)
  return ctx.db.transaction(async (tx) => {
    const place = { evaluationId, sampleId }
    await lockComments(tx, place)
    if ((await countComments(tx, place)) >= limits.commentsMax)
      throw new ServiceError("conflict", `There are ${limits.commentsMax} comments here, which is the most`)
    const row = await insertComment(tx, { id: newId(), ...place, userId, text })
    const mentioned = await findPeopleOf(tx, evaluation, mentionedIn(text).slice(0, limits.mentionsMax))
    const others = mentioned.map(({ id }) => id).filter((id) => id !== userId)
    await tellMentioned(tx, evaluation, row, author, others)
    return toComment(row, author, userId)
  })
}

/** Deletes a comment of the caller's. @throws ServiceError for one of somebody else */
export async function deleteComment(ctx: Context, evaluationId: string, id: string): Promise<void> {
  const userId = requireUser(ctx)
  await requireEvaluation(ctx, evaluationId)
  if (!(await deleteRow(ctx.db, evaluationId, id, userId))) throw notFound("comment of yours", id)
}

/** People who may see a run, whom a comment can mention. */
export async function listPeople(ctx: Context, evaluationId: string, query: ListPeopleQuery): Promise<ListPeopleResponse> {
  requireUser(ctx)
  const { evaluation } = await requireEvaluation(ctx, evaluationId)
  return { people: await listPeopleOf(ctx.db, evaluation, { search: query.search ?? "", limit: query.limit }) }
}
