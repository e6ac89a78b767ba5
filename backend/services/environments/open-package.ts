import type { Readable } from "node:stream"
import { artifactKey } from "../../base/files.ts"
import type { Context } from "../context.ts"
import { requireVersion } from "./find-environments.ts"

export async function openPackage(
  ctx: Context,
  owner: string,
  name: string,
  wanted: string,
): Promise<{ stream: Readable; filename: string }> {
  const { version } = await requireVersion(ctx, owner, name, wanted)
  return { stream: await ctx.files.read(artifactKey(version.id, "source")), filename: version.sourceFilename ?? `${name}.tar.gz` }
}
