import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** What somebody wrote beside a run, or beside one of its samples. */
export const Comment = z
  .object({
    id: Id,
    evaluation_id: Id,
    sample_id: Id.nullable(),
    text: z.string(),
    author: z.object({ id: Id, name: z.string() }),
    is_mine: z.boolean(),
    created_at: Timestamp,
  })
  .meta({ id: "Comment" })
export type Comment = z.infer<typeof Comment>

export const ListCommentsQuery = z.object({
  sample_id: Id.nullish().describe("The sample that they are about; without it, those about the evaluation as a whole"),
  cursor: z.string().max(200).nullish().describe("The `earlier` of the page after"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(50),
})
export type ListCommentsQuery = z.infer<typeof ListCommentsQuery>

export const ListCommentsResponse = z
  .object({
    comments: z.array(Comment).describe("Oldest first: the newest page unless another was asked for"),
    total: z.int(),
    earlier: z.string().nullable(),
  })
  .meta({ id: "ListCommentsResponse" })
export type ListCommentsResponse = z.infer<typeof ListCommentsResponse>

export const CreateCommentRequest = z
  .object({
    text: z.string().trim().min(1, "must not be empty").max(limits.commentCharactersMax),
    sample_id: Id.nullish(),
  })
  .meta({ id: "CreateCommentRequest" })
export type CreateCommentRequest = z.infer<typeof CreateCommentRequest>

/** A person who may see a run, and whom `@slug` in a comment therefore mentions. */
export const MentionablePerson = z.object({ id: Id, name: z.string(), slug: z.string() }).meta({ id: "MentionablePerson" })
export type MentionablePerson = z.infer<typeof MentionablePerson>

export const ListPeopleQuery = z.object({
  search: z.string().max(limits.searchCharactersMax).nullish().describe("The beginning of a username"),
  limit: z.coerce.number().int().min(1).max(limits.listPageMax).default(20),
})
export type ListPeopleQuery = z.infer<typeof ListPeopleQuery>

export const ListPeopleResponse = z.object({ people: z.array(MentionablePerson) }).meta({ id: "ListMentionablePeopleResponse" })
export type ListPeopleResponse = z.infer<typeof ListPeopleResponse>
