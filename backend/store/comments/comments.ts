import { and, asc, count, eq, ilike, inArray, isNotNull, isNull, type SQL, sql } from "drizzle-orm"
import type { Db } from "../db.ts"
import { type NewOf, type Selected, toRow } from "../fields.ts"
import { isOfOwner } from "../identity/members.ts"
import { comments, users } from "../schema.ts"

const commentFields = {
  id: comments.id,
  evaluationId: comments.evaluationId,
  sampleId: comments.sampleId,
  userId: comments.userId,
  text: comments.text,
  createdAt: comments.createdAt,
}

/** What a person wrote beside a run or a sample. */
export type CommentRecord = Selected<typeof commentFields>

/** What comments are about: a run as a whole, or one of its samples. */
export interface CommentPlace {
  evaluationId: string
  sampleId: string | null
}

const isAt = ({ evaluationId, sampleId }: CommentPlace): SQL | undefined =>
  and(eq(comments.evaluationId, evaluationId), sampleId === null ? isNull(comments.sampleId) : eq(comments.sampleId, sampleId))

/** A page of comments with the names of who wrote them, newest first. @param before the place of the last one of the page before */
export const listComments = (
  db: Db,
  place: CommentPlace,
  { before, limit }: { before: { createdAt: Date; id: string } | null; limit: number },
): Promise<(CommentRecord & { author: string })[]> =>
  db
    .select({ ...commentFields, author: users.name })
    .from(comments)
    .innerJoin(users, eq(users.id, comments.userId))
    .where(
      and(
        isAt(place),
        before ? sql`(${comments.createdAt}, ${comments.id}) < (${before.createdAt.toISOString()}::timestamptz, ${before.id})` : undefined,
      ),
    )
    .orderBy(sql`${comments.createdAt} desc`, sql`${comments.id} desc`)
    .limit(limit)

export async function countComments(db: Db, place: CommentPlace): Promise<number> {
  const [row] = await db.select({ count: count() }).from(comments).where(isAt(place))
  return row?.count ?? 0
}

export async function insertComment(db: Db, values: NewOf<typeof commentFields>): Promise<CommentRecord> {
  const [row] = await db
    .insert(comments)
    .values(toRow(comments, commentFields, values))
    .returning(commentFields)
  return row as CommentRecord
}

/** @returns whether the person had written such a comment */
export async function deleteComment(db: Db, evaluationId: string, id: string, userId: string): Promise<boolean> {
  const deleted = await db
    .delete(comments)
    .where(and(eq(comments.id, id), eq(comments.evaluationId, evaluationId), eq(comments.userId, userId)))
    .returning({ id: comments.id })
  return deleted.length > 0
}

/** Lets one request at a time write at a place, until the transaction ends. */
export async function lockComments(tx: Db, { evaluationId, sampleId }: CommentPlace): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('comments'), hashtext(${sampleId ?? evaluationId}))`)
}

export interface Person {
  id: string
  name: string
  slug: string
}

async function people(db: Db, where: SQL | undefined, limit: number): Promise<Person[]> {
  const rows = await db
    .select({ id: users.id, name: users.name, slug: users.slug })
    .from(users)
    .where(and(isNotNull(users.slug), where))
    .orderBy(asc(users.slug))
    .limit(limit)
  return rows as Person[]
}

/** People who may see a run, by username. @param search how the username begins */
export const listPeopleOf = (
  db: Db,
  run: { userId: string; teamId: string | null },
  { search, limit }: { search: string; limit: number },
): Promise<Person[]> => people(db, and(isOfOwner(users.id, run), ilike(users.slug, `${search.replace(/[\\%_]/g, "\\$&")}%`)), limit)

/** Those of some usernames who may see a run. */
export const findPeopleOf = (db: Db, run: { userId: string; teamId: string | null }, slugs: readonly string[]): Promise<Person[]> =>
  slugs.length === 0 ? Promise.resolve([]) : people(db, and(isOfOwner(users.id, run), inArray(users.slug, [...slugs])), slugs.length)
