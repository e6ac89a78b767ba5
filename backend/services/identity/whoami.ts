import type { User, Whoami } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findUser, type UserRecord } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"

/** Areas of the API, and the scope that a key must have to change something there. */
const areas = { environments: "write", evaluations: "run", inference: "run", secrets: "write", teams: "write", user: "write" } as const

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
  isBanned: user.switchedOffAt !== null,
  skipPrepay: false,
  blacklist: [],
})

export async function whoami(ctx: Context): Promise<Whoami> {
  const user = await findUser(ctx.db, requireUser(ctx))
  if (!user) throw new ServiceError("unauthorized", "The user of this key no longer exists")
  const scopes = ctx.caller.kind === "user" ? ctx.caller.scopes : []
  const scope = Object.entries(areas).map(([area, needed]) => [area, { read: scopes.includes("read"), write: scopes.includes(needed) }])
  return { ...toUser(user), scope: Object.fromEntries(scope) }
}
