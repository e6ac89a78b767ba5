import { type EnvironmentDetail, mayAct } from "../../../contract/index.ts"
import { findLastCheck } from "../../store/environments/checks.ts"
import type { Context } from "../context.ts"
import { readBaseline } from "./baseline.ts"
import { requireVersion } from "./find-environments.ts"
import { simpleIndexUrl, wheelUrl } from "./package-index.ts"

export async function getEnvironment(ctx: Context, owner: string, name: string, wanted: string): Promise<EnvironmentDetail> {
  const { found, version: known } = await requireVersion(ctx, owner, name, wanted)
  const { environment } = found
  const isPublic = environment.visibility === "PUBLIC"
  const [action, baseline] = await Promise.all([findLastCheck(ctx.db, known.id), readBaseline(ctx, environment.id)])
  // A check that has just ended wrote down what it found after the version was read.
  const isOlder = action?.status === "SUCCESS" && known.arguments === null
  const version = isOlder ? (await requireVersion(ctx, owner, name, known.id)).version : known
  const metadata = version.metadata as { dependencies?: unknown; python_requires?: unknown }
  const packageUrl = `${ctx.config.publicUrl}/api/v1/environmentshub/${owner}/${name}/@${version.semanticVersion ?? version.id}/package`
  return {
    id: environment.id,
    name: environment.name,
    owner: { name: found.owner, type: found.ownerType },
    description: environment.description,
    visibility: environment.visibility,
    tags: environment.tags,
    stars: 0,
    semantic_version: version.semanticVersion,
    version_id: version.id,
    metadata: version.metadata,
    dependencies: Array.isArray(metadata.dependencies) ? metadata.dependencies.filter((one): one is string => typeof one === "string") : [],
    python_version: typeof metadata.python_requires === "string" ? metadata.python_requires : null,
    // Installers ask without a key: for a private environment the CLI must see no address, and then fetches the source and builds.
    simple_index_url: isPublic ? simpleIndexUrl(ctx, found.owner) : null,
    wheel_url: isPublic ? wheelUrl(ctx, version) : null,
    package_url: packageUrl,
    tracked_package_url: packageUrl,
    url_dependencies: [],
    created_at: (version.publishedAt ?? version.createdAt).toISOString(),
    updated_at: environment.updatedAt.toISOString(),
    can_write: found.role !== undefined && mayAct(found.role, "write"),
    can_run: environment.isSample || (found.role !== undefined && mayAct(found.role, "run")),
    is_sample: environment.isSample,
    executor: environment.executor,
    readme: version.readme,
    arguments: version.arguments,
    eval_defaults: version.evalDefaults,
    dataset_size: version.datasetSize,
    rewards: version.rewards,
    library: version.library,
    action: action ? { id: action.id, status: action.status } : null,
    baseline,
  }
}
