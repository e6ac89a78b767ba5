import { listCheckIds } from "../../store/environments/checks.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { deleteEnvironment as deleteRow, lockEnvironment } from "../../store/environments/environments.ts"
import { listVersionIds } from "../../store/environments/versions.ts"
import { deleteLogLines } from "../../store/logs/write-logs.ts"
import { record } from "../audit/record.ts"
import type { Context } from "../context.ts"
import { deleteArtifacts } from "./delete-artifacts.ts"
import { checkMayWrite } from "./find-environments.ts"

/** Deletes an environment with its versions, their files and their checks. Evaluations keep their samples and its name. */
export async function deleteEnvironment(ctx: Context, found: OwnedEnvironment): Promise<void> {
  const { id } = checkMayWrite(ctx, found).environment
  const versionIds = await ctx.db.transaction(async (tx) => {
    await lockEnvironment(tx, id)
    const ids = await listVersionIds(tx, id)
    await deleteLogLines(tx, await listCheckIds(tx, { environmentId: id }))
    await deleteRow(tx, id)
    await record(ctx, tx, {
      action: "environment.delete",
      target: { kind: "environment", id, name: `${found.owner}/${found.environment.name}` },
      teamId: found.environment.teamId,
    })
    return ids
  })
  await deleteArtifacts(ctx, versionIds)
}
