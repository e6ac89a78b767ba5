import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { updateEnvironment } from "../../store/environments/environments.ts"
import type { Context } from "../context.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

/**
 * Shows an environment to everybody, or to its owner alone: in lists, by its address and in the package index. Runs that others
 * have started go on.
 */
export async function changeVisibility(
  ctx: Context,
  owner: string,
  name: string,
  visibility: "PUBLIC" | "PRIVATE",
): Promise<OwnedEnvironment> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  if (environment.visibility !== visibility) await updateEnvironment(ctx.db, environment.id, { visibility })
  return requireEnvironment(ctx, owner, name)
}
