import * as z from "zod"
import { Id, Timestamp } from "../common.ts"
import { limits } from "../limits.ts"

/** A list as somebody wants to see it again: the query part of its address, under a name. */
export const SavedView = z.object({ id: Id, name: z.string(), query: z.string(), created_at: Timestamp }).meta({ id: "SavedView" })
export type SavedView = z.infer<typeof SavedView>

export const SaveViewRequest = z
  .object({
    name: z.string().trim().min(1).max(limits.viewNameCharactersMax),
    query: z.string().max(limits.viewQueryCharactersMax).describe("status=FAILED&sort=avg_score"),
  })
  .meta({ id: "SaveViewRequest" })
export type SaveViewRequest = z.infer<typeof SaveViewRequest>

export const ListViewsResponse = z.object({ views: z.array(SavedView) }).meta({ id: "ListViewsResponse" })
