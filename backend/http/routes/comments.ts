import { endpoints } from "../../../contract/index.ts"
import { createComment, deleteComment, listComments, listPeople } from "../../services/comments/comments.ts"
import { type App, route } from "../route.ts"

export function commentRoutes(app: App): void {
  route(app, endpoints.listComments, async ({ ctx, params, query }) => listComments(ctx, params.evaluation_id, query))
  route(app, endpoints.createComment, async ({ ctx, params, body }) => createComment(ctx, params.evaluation_id, body))
  route(app, endpoints.deleteComment, async ({ ctx, params }) => {
    await deleteComment(ctx, params.evaluation_id, params.comment_id)
    return { id: params.comment_id, deleted: true }
  })
  route(app, endpoints.listMentionablePeople, async ({ ctx, params, query }) => listPeople(ctx, params.evaluation_id, query))
}
