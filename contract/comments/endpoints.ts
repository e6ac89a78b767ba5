import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as comments from "./comments.ts"

const ofRun = z.object({ evaluation_id: Id })
const group = "evaluations"

export const commentsEndpoints = {
  listComments: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/comments",
    group,
    summary: "What people wrote beside an evaluation, or beside one of its samples",
    access: "required",
    params: ofRun,
    query: comments.ListCommentsQuery,
    status: 200,
    answer: "json",
    response: comments.ListCommentsResponse,
    extension: true,
  }),
  createComment: endpoint({
    method: "post",
    path: "/evaluations/{evaluation_id}/comments",
    group,
    summary: "Write beside an evaluation or one of its samples; `@username` tells that person, where they may see the evaluation",
    access: "required",
    params: ofRun,
    body: comments.CreateCommentRequest,
    perMinute: limits.commentsPerMinute,
    status: 201,
    answer: "json",
    response: comments.Comment,
    extension: true,
  }),
  deleteComment: endpoint({
    method: "delete",
    path: "/evaluations/{evaluation_id}/comments/{comment_id}",
    group,
    summary: "Delete a comment of one's own",
    access: "required",
    params: ofRun.extend({ comment_id: Id }),
    status: 200,
    answer: "json",
    response: z.object({ id: Id, deleted: z.boolean() }),
    extension: true,
  }),
  listMentionablePeople: endpoint({
    method: "get",
    path: "/evaluations/{evaluation_id}/people",
    group,
    summary: "People who may see an evaluation and can be mentioned beside it, by username",
    access: "required",
    params: ofRun,
    query: comments.ListPeopleQuery,
    status: 200,
    answer: "json",
    response: comments.ListPeopleResponse,
    extension: true,
  }),
}
