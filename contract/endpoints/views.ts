import * as z from "zod"
import { Id } from "../common.ts"
import { endpoint } from "../endpoint.ts"
import { limits } from "../limits.ts"
import * as views from "../lists/views.ts"

export const viewsEndpoints = {
  listViews: endpoint({
    method: "get",
    path: "/views",
    group: "evaluations",
    summary: "The caller's saved views of the list of evaluations, by name",
    access: "required",
    status: 200,
    answer: "json",
    response: views.ListViewsResponse,
    extension: true,
  }),
  saveView: endpoint({
    method: "post",
    path: "/views",
    group: "evaluations",
    summary: `Save a view of the list of evaluations, at most ${limits.viewsMax} in all; one of the same name is replaced`,
    access: "required",
    body: views.SaveViewRequest,
    status: 201,
    answer: "json",
    response: views.SavedView,
    extension: true,
  }),
  deleteView: endpoint({
    method: "delete",
    path: "/views/{view_id}",
    group: "evaluations",
    summary: "Delete a saved view",
    access: "required",
    params: z.object({ view_id: Id }),
    status: 200,
    answer: "json",
    response: z.object({ id: Id, deleted: z.boolean() }),
    extension: true,
  }),
}
