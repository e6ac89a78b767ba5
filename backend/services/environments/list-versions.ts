import type { EnvironmentVersion } from "../../../contract/index.ts"
import { listVersions } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"
import { requireEnvironment } from "./find-environments.ts"

export async function listEnvironmentVersions(ctx: Context, owner: string, name: string): Promise<EnvironmentVersion[]> {
  const { environment } = await requireEnvironment(ctx, owner, name)
  return (await listVersions(ctx.db, environment.id)).map(({ version, action }) => ({
    id: version.id,
    version: version.semanticVersion ?? version.contentHash.slice(0, 8),
    semantic_version: version.semanticVersion,
    sha256: version.contentHash,
    content_hash: version.contentHash,
    size: 2,
    created_at: (version.publishedAt ?? version.createdAt).toISOString(),
    action_status: action,
  }))
}
