import { notFound } from "../../base/errors.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"
import { requireWritable } from "./find-environments.ts"

export async function requireUnpublished(
  ctx: Context,
  environmentId: string,
  versionId: string,
): Promise<{ found: OwnedEnvironment; version: VersionRecord }> {
  const found = await requireWritable(ctx, environmentId)
  const version = await findVersionById(ctx.db, versionId)
  if (!version || version.environmentId !== environmentId) throw notFound("version", versionId)
  return { found, version }
}
