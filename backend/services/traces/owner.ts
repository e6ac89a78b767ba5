import { type Context, requireUser } from "../context.ts"

/** Whose traces a request is about: the team that it names, else the caller's own. */
export function ownerOf(ctx: Context): { owner: string; userId: string } {
  const userId = ctx.caller.kind === "run" ? ctx.caller.userId : requireUser(ctx)
  return { owner: ctx.teamId ?? userId, userId }
}

/** The same for reading, which a run may not. @throws ServiceError */
export function readerOf(ctx: Context): string {
  const userId = requireUser(ctx)
  return ctx.teamId ?? userId
}
