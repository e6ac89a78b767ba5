import type { User, Whoami } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findUser, type UserRecord } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"

const areas = ["environments", "evaluations", "inference", "secrets", "teams", "user"]

/** A user in the shape of the contract. */
export const toUser = (user: UserRecord): User => ({
  id: user.id,
  role: user.role,
  createdAt: user.createdAt.toISOString(),
  name: user.name,
  slug: user.slug,
  email: user.email,
  image: null,
  emailVerified: null,
  hasBetaAccess: false,
  isBanned: false,
  skipPrepay: false,
  blacklist: [],
})

export async function whoami(ctx: Context): Promise<Whoami> {
  const user = await findUser(ctx.db, requireUser(ctx))
  if (!user) throw new ServiceError("unauthorized", "The user of this key no longer exists")
  return { ...toUser(user), scope: Object.fromEntries(areas.map((area) => [area, { read: true, write: true }])) }
}
