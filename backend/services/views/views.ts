import { limits, type SavedView, type SaveViewRequest } from "../../../contract/index.ts"
import { notFound, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import { deleteView as deleteRow, listViews, lockViews, upsertView, type ViewRecord } from "../../store/views/views.ts"
import { type Context, requireUser } from "../context.ts"

const toView = ({ id, name, query, createdAt }: ViewRecord): SavedView => ({ id, name, query, created_at: createdAt.toISOString() })

/** The caller's saved views, by name. */
export const readViews = async (ctx: Context): Promise<SavedView[]> => (await listViews(ctx.db, requireUser(ctx))).map(toView)

/** Saves a view of the caller's. @throws ServiceError when the caller has as many as there may be, and none of that name */
export async function saveView(ctx: Context, { name, query }: SaveViewRequest): Promise<SavedView> {
  const userId = requireUser(ctx)
  return ctx.db.transaction(async (tx) => {
    await lockViews(tx, userId)
    const before = await listViews(tx, userId)
    if (before.length >= limits.viewsMax && !before.some((view) => view.name === name))
      throw new ServiceError(
        "conflict",
        `You have ${limits.viewsMax} saved views, which is the most: delete one, or replace one by its name`,
      )
    return toView(await upsertView(tx, { id: newId(), userId, name, query }))
  })
}

/** @throws ServiceError when the caller has no view of that id */
export async function deleteView(ctx: Context, id: string): Promise<void> {
  if (!(await deleteRow(ctx.db, requireUser(ctx), id))) throw notFound("view", id)
}
