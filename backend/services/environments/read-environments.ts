import type { Readable } from "node:stream"
import type {
  EnvironmentAction,
  EnvironmentDetail,
  EnvironmentRow,
  EnvironmentStatus,
  EnvironmentVersion,
  InspectAnswer,
  ListEnvironmentsQuery,
  ListEnvironmentsResponse,
} from "../../../contract/index.ts"
import { invalid, notFound } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { findCheck, findLastCheck, listChecks } from "../../store/environments/checks.ts"
import { listEnvironments as listRows } from "../../store/environments/list-environments.ts"
import { findVersionById, listVersions } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"
import { readLogTail } from "../read-log-tail.ts"
import { type ArchiveEntry, listArchiveFolder, readArchiveFile } from "./archives.ts"
import { requireEnvironment, requireVersion } from "./find-environments.ts"
import { simpleIndexUrl, wheelUrl } from "./package-index.ts"

export async function listEnvironments(ctx: Context, query: ListEnvironmentsQuery): Promise<ListEnvironmentsResponse> {
  if (query.starred_only) return { data: [], total_count: 0, offset: query.offset, limit: query.limit }
  const { rows, total } = await listRows(ctx.db, ctx.viewer, {
    search: query.search ?? null,
    owner: query.owner ?? null,
    visibility: query.visibility ? oneOf("visibility", query.visibility, ["PUBLIC", "PRIVATE"]) : null,
    tags: query.tags ? [query.tags].flat() : [],
    ciStatus: query.ci_status ?? null,
    mineOnly: query.mine_only ?? false,
    sortBy: query.sort_by,
    descending: query.sort_order === "desc",
    limit: query.limit,
    offset: query.offset,
  })
  const data = rows.map(
    (row): EnvironmentRow => ({
      id: row.environment.id,
      name: row.environment.name,
      owner: { name: row.owner, type: row.ownerType },
      description: row.environment.description,
      visibility: row.environment.visibility,
      latest_version: row.version,
      tags: row.environment.tags,
      stars: 0,
      latest_ci_status: row.action,
      created_at: row.environment.createdAt.toISOString(),
      updated_at: row.environment.updatedAt.toISOString(),
      evaluation_count: row.evaluationCount,
      last_evaluation_at: row.lastEvaluationAt?.toISOString() ?? null,
    }),
  )
  return { data, total_count: total, offset: query.offset, limit: query.limit }
}

function oneOf(field: string, value: string, allowed: string[]): string {
  const upper = value.toUpperCase()
  if (!allowed.includes(upper)) throw invalid([field], `${JSON.stringify(value)} is none of ${allowed.join(", ")}`)
  return upper
}

export async function getEnvironment(ctx: Context, owner: string, name: string, wanted: string): Promise<EnvironmentDetail> {
  const { found, version } = await requireVersion(ctx, owner, name, wanted)
  const { environment } = found
  const metadata = version.metadata as { dependencies?: unknown; python_requires?: unknown }
  const isPublic = environment.visibility === "PUBLIC"
  const action = await findLastCheck(ctx.db, version.id)
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
    can_write: found.mayWrite,
    readme: version.readme,
    arguments: version.arguments,
    eval_defaults: version.evalDefaults,
    dataset_size: version.datasetSize,
    rewards: version.rewards,
    action: action ? { id: action.id, status: action.status } : null,
  }
}

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

export async function listEnvironmentActions(
  ctx: Context,
  owner: string,
  name: string,
  query: { limit: number; offset: number; version_id?: string | null | undefined },
): Promise<{ actions: EnvironmentAction[]; total: number }> {
  const { environment } = await requireEnvironment(ctx, owner, name)
  const { rows, total } = await listChecks(ctx.db, environment.id, query.version_id ?? null, query.limit, query.offset)
  const actions = rows.map(({ action, version }) => ({
    id: action.id,
    name: "Install and load",
    job_type: "check",
    status: action.status,
    version: { semantic_version: version.semanticVersion, content_hash: version.contentHash },
    trigger: action.trigger,
    error: action.error,
    created_at: action.createdAt.toISOString(),
    started_at: action.startedAt?.toISOString() ?? null,
    completed_at: action.completedAt?.toISOString() ?? null,
  }))
  return { actions, total }
}

export async function getEnvironmentActionLogs(ctx: Context, owner: string, name: string, actionId: string, tail: number): Promise<string> {
  const { environment } = await requireEnvironment(ctx, owner, name)
  const action = await findCheck(ctx.db, actionId)
  if (action?.environmentId !== environment.id) throw notFound("action", actionId)
  return readLogTail(ctx, actionId, tail)
}

export async function openPackage(
  ctx: Context,
  owner: string,
  name: string,
  wanted: string,
): Promise<{ stream: Readable; filename: string }> {
  const { version } = await requireVersion(ctx, owner, name, wanted)
  return { stream: await ctx.files.read(artifactKey(version.id, "source")), filename: version.sourceFilename ?? `${name}.tar.gz` }
}

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

const toInspectEntry = (entry: ArchiveEntry) => ({
  name: entry.path.split("/").at(-1) ?? entry.path,
  path: entry.path,
  is_directory: entry.isDirectory,
  size: entry.isDirectory ? null : entry.size,
  modified_at: entry.modifiedAt?.toISOString() ?? null,
  content_hash: null,
})

/** A folder or a file of a version's source. Files that are not UTF-8 text come as base64. */
export async function inspectEnvironment(
  ctx: Context,
  owner: string,
  name: string,
  wanted: string,
  path: string,
  maxBytes: number,
): Promise<InspectAnswer> {
  const { version } = await requireVersion(ctx, owner, name, wanted)
  const clean = path.replace(/^\/+|\/+$/g, "")
  const open = () => ctx.files.read(artifactKey(version.id, "source"))
  const base = {
    path: clean,
    version_id: version.id,
    content: null,
    encoding: null,
    truncated: false,
    total_bytes: null,
    entry: null,
    entries: [],
  }
  const file = clean === "" ? null : await readArchiveFile(await open(), clean, maxBytes)
  if (file) {
    const text = new TextDecoder("utf-8", { fatal: false }).decode(file.content)
    const isText = !text.includes("\0") && !text.slice(0, -1).includes("\uFFFD")
    return {
      ...base,
      kind: "file",
      entry: toInspectEntry(file.entry),
      content: isText ? text : file.content.toString("base64"),
      encoding: isText ? "utf-8" : "base64",
      truncated: file.entry.size > file.content.length,
      total_bytes: file.entry.size,
    }
  }
  const entries = await listArchiveFolder(await open(), clean)
  if (!entries) throw notFound("file", clean)
  return { ...base, kind: "directory", entries: entries.map(toInspectEntry) }
}
