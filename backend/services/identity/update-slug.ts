import type { User } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { updateUserSlug } from "../../store/identity/users.ts"
import { record } from "../audit/record.ts"
import { type Context, requireUser } from "../context.ts"
import { toUser } from "./whoami.ts"

/** Sets the caller's username. @throws ServiceError when a user or a team has that name: the CLI looks for "already taken" */
export async function updateSlug(ctx: Context, slug: string): Promise<User> {
  const user = await updateUserSlug(ctx.db, requireUser(ctx), slug)
  if (!user) throw slugTaken(slug)
  await record(ctx, ctx.db, { action: "name.change", target: { kind: "user", id: user.id, name: slug } })
  return toUser(user)
}

export const slugTaken = (slug: string) => new ServiceError("conflict", `The name ${JSON.stringify(slug)} is already taken`)
