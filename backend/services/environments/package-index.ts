import type { Readable } from "node:stream"
import { notFound } from "../../base/errors.ts"
import { artifactKey } from "../../base/files.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { listProjects, listProjectVersions } from "../../store/environments/projects.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { Context } from "../context.ts"

/** A wheel as the index lists it. */
export interface PackageFile {
  filename: string
  url: string
  sha256: string
  requiresPython: string | null
}

const normalised = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-")

/** Where uv and pip fetch a version's wheel; its last part is the wheel's name, since they read name and version from there. */
export const wheelUrl = (ctx: Context, version: VersionRecord): string =>
  `${ctx.config.publicUrl}/api/v1/wheels/${version.id}/${encodeURIComponent(version.wheelFilename)}`

/** The index with an owner's public environments. Private ones are in no index: uv and pip ask it without a key. */
export const simpleIndexUrl = (ctx: Context, owner: string): string => `${ctx.config.publicUrl}/api/v1/simple/${owner}`

/** @throws ServiceError for an owner without public environments */
export async function listPackages(ctx: Context, owner: string): Promise<string[]> {
  const projects = await listProjects(ctx.db, owner)
  if (projects.length === 0) throw notFound("package index", owner)
  return projects
}

/**
 * Wheels of one project, newest first.
 * @throws ServiceError for a project that is not here: an installer asks this index before PyPI for every dependency, and falls
 * back to PyPI only after a 404
 */
export async function listPackageFiles(ctx: Context, owner: string, project: string): Promise<PackageFile[]> {
  const files = new Map<string, PackageFile>()
  for (const version of await listProjectVersions(ctx.db, owner, normalised(project))) {
    const { wheelFilename: filename, metadata } = version
    // An installer refuses a wheel of another name; and of two wheels with one name the newer counts.
    if (normalised(filename.split("-")[0] ?? "") !== normalised(project) || files.has(filename)) continue
    const requiresPython = typeof metadata.python_requires === "string" ? metadata.python_requires : null
    files.set(filename, { filename, url: wheelUrl(ctx, version), sha256: version.wheelSha256, requiresPython })
  }
  if (files.size === 0) throw notFound("package", `${owner}/${project}`)
  return [...files.values()]
}

/** The wheel of a published version that the caller may see. */
export async function openWheel(ctx: Context, versionId: string): Promise<{ stream: Readable; size: number | null }> {
  const version = await findVersionById(ctx.db, versionId)
  const found = version?.publishedAt ? await findEnvironmentById(ctx.db, ctx.viewer, version.environmentId) : undefined
  if (!version || !found) throw notFound("wheel", versionId)
  const key = artifactKey(version.id, "wheel")
  return { stream: await ctx.files.read(key), size: await ctx.files.size(key) }
}
