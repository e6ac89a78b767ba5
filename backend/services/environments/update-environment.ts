import type { UpdateEnvironmentRequest } from "../../../contract/index.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { updateEnvironment as updateRow } from "../../store/environments/environments.ts"
import { updateVersion } from "../../store/environments/versions.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { placeRun } from "../evaluations/launch/place-run.ts"
import { checkMayWrite, requireEnvironment } from "./find-environments.ts"

/**
 * Changes what is said of an environment, and who sees it: everybody, or its owner alone, in lists, by its address and in the package
 * index. Runs that others have started go on. The README is the newest version's; the next version brings its own texts.
 */
export async function updateEnvironment(
  ctx: Context,
  owner: string,
  name: string,
  { visibility, description, tags, readme, executor }: UpdateEnvironmentRequest,
): Promise<OwnedEnvironment> {
  const { environment } = checkMayWrite(ctx, await requireEnvironment(ctx, owner, name))
  const target = { kind: "environment", id: environment.id, name: `${owner}/${name}` }
  const { teamId, latestVersionId } = environment
  if (executor) placeRun(ctx, { executor, num_examples: 1, rollouts_per_example: 1 }, environment)
  const about = Object.entries({ description, tags, readme, executor }).flatMap(([field, value]) => (value === undefined ? [] : [field]))
  const isSeenOtherwise = visibility !== undefined && visibility !== environment.visibility
  await ctx.db.transaction(async (tx) => {
    if (isSeenOtherwise || about.length > 0) await updateRow(tx, environment.id, { visibility, description, tags, executor })
    if (readme !== undefined && latestVersionId) await updateVersion(tx, latestVersionId, { readme })
    if (about.length > 0) await record(ctx, tx, { action: "environment.update", target, teamId, details: { fields: about } })
    if (isSeenOtherwise) await record(ctx, tx, { action: "environment.visibility", target, teamId, details: { visibility } })
  })
  return requireEnvironment(ctx, owner, name)
}
