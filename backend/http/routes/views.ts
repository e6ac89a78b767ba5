import { endpoints } from "../../../contract/index.ts"
import { deleteView, readViews, saveView } from "../../services/views/views.ts"
import { type App, route } from "../route.ts"

export function viewRoutes(app: App): void {
  route(app, endpoints.listViews, async ({ ctx }) => ({ views: await readViews(ctx) }))
  route(app, endpoints.saveView, async ({ ctx, body }) => saveView(ctx, body))
  route(app, endpoints.deleteView, async ({ ctx, params }) => {
    await deleteView(ctx, params.view_id)
    return { id: params.view_id, deleted: true }
  })
}
