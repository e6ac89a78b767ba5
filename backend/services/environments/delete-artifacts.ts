import { artifactKey } from "../../base/files.ts"
import type { Context } from "../context.ts"

/** Removes the files of versions that are gone. */
export async function deleteArtifacts(ctx: Context, versionIds: string[]): Promise<void> {
  for (const id of versionIds) for (const kind of ["wheel", "source"] as const) await ctx.files.delete(artifactKey(id, kind))
}
