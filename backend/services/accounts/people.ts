import type { PageQuery, Person } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { listPeople as listRows } from "../../store/accounts/people.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"

/** The caller's id. @throws ServiceError for whoever is no admin of the platform */
export async function requireAdmin(ctx: Context): Promise<string> {
  const userId = requireUser(ctx)
  if ((await findUser(ctx.db, userId))?.role !== "ADMIN") throw new ServiceError("forbidden", "This is for admins of the platform")
  return userId
}

/** Everybody with an account. */
export async function listPeople(ctx: Context, page: PageQuery): Promise<{ data: Person[]; total_count: number }> {
  await requireAdmin(ctx)
  const { rows, total } = await listRows(ctx.db, page)
  const data = rows.map(({ user, hasPassword }) => ({
    id: user.id,
    name: user.name,
    email: user.email,
    slug: user.slug,
    is_admin: user.role === "ADMIN",
    has_password: hasPassword,
    created_at: user.createdAt.toISOString(),
  }))
  return { data, total_count: total }
}
