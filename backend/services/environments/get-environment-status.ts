import type { EnvironmentStatus } from "../../../contract/index.ts"
import { findLastCheck } from "../../store/environments/checks.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"
import { requireEnvironment } from "./find-environments.ts"

/** The newest version of an environment, and how its check went. */
export async function getEnvironmentStatus(ctx: Context, owner: string, name: string): Promise<EnvironmentStatus> {
  const found = await requireEnvironment(ctx, owner, name)
  const { environment } = found
  const version = environment.latestVersionId ? await findVersionById(ctx.db, environment.latestVersionId) : undefined
  const action = version ? await findLastCheck(ctx.db, version.id) : undefined
  return {
    id: environment.id,
    name: environment.name,
    owner: { name: found.owner, type: found.ownerType },
    description: environment.description,
    visibility: environment.visibility,
    latest_version: version
      ? {
          id: version.id,
          semantic_version: version.semanticVersion,
          content_hash: version.contentHash,
          created_at: (version.publishedAt ?? version.createdAt).toISOString(),
        }
      : null,
    action: action ? { status: action.status, job_id: action.id, error: action.error } : null,
  }
}
