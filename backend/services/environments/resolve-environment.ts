import { newId } from "../../base/ids.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { findEnvironmentBySlug, insertEnvironment, updateEnvironment } from "../../store/environments/environments.ts"
import type { Context } from "../context.ts"
import { requireMay } from "../identity/may.ts"
import { requireEnvironment } from "./find-environments.ts"
import { chosenOwner, type OwnerChoice } from "./owner.ts"

/**
 * Finds an environment that the caller may write, or makes it. New ones are public unless the caller says otherwise; saying so
 * about an existing one changes it.
 */
export async function resolveEnvironment(
  ctx: Context,
  input: { name: string; visibility?: "PUBLIC" | "PRIVATE" | null | undefined },
  choice: OwnerChoice,
): Promise<{ found: OwnedEnvironment; created: boolean }> {
  const [name = "", owner] = (input.name.split("@")[0] ?? "").split("/").reverse()
  // Pushed results name the environment they came from, which may be any that the caller can see.
  const other = owner && !input.visibility ? await findEnvironmentBySlug(ctx.db, ctx.viewer, owner, name) : undefined
  if (other) return { found: other, created: false }
  const { userId, teamId, slug } = await chosenOwner(ctx, owner ? { ...choice, slug: choice.slug ?? owner } : choice)
  const existing = await findEnvironmentBySlug(ctx.db, ctx.viewer, slug, name)
  if (existing && !input.visibility) return { found: existing, created: false }
  requireMay(ctx, { userId, teamId }, "write")
  const created = await insertEnvironment(ctx.db, {
    id: newId(),
    userId,
    teamId,
    name,
    visibility: input.visibility ?? "PUBLIC",
  })
  if (!created && input.visibility) {
    const { environment } = await requireEnvironment(ctx, slug, name)
    if (environment.visibility !== input.visibility) await updateEnvironment(ctx.db, environment.id, { visibility: input.visibility })
  }
  return { found: await requireEnvironment(ctx, slug, name), created }
}
