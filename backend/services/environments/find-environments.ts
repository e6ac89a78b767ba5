import { notFound, ServiceError } from "../../base/errors.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { findEnvironmentById, findEnvironmentBySlug } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersion } from "../../store/environments/versions.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"
import { requireMay } from "../identity/may.ts"

/** The environment of that name. @throws ServiceError when there is none that the caller may see */
export async function requireEnvironment(ctx: Context, owner: string, name: string): Promise<OwnedEnvironment> {
  const found = await findEnvironmentBySlug(ctx.db, ctx.viewer, owner, name)
  if (!found) throw notFound("environment", `${owner}/${name}`)
  return found
}

/** The environment of that id. @throws ServiceError when there is none that the caller may see */
export async function requireEnvironmentById(ctx: Context, id: string): Promise<OwnedEnvironment> {
  const found = await findEnvironmentById(ctx.db, ctx.viewer, id)
  if (!found) throw notFound("environment", id)
  return found
}

/** The environment of a name and its owner's slug; without an owner it is one of the caller's own. */
export async function lookupEnvironment(ctx: Context, name: string, owner: string | null): Promise<OwnedEnvironment> {
  return requireEnvironment(ctx, owner ?? (await findUser(ctx.db, requireUser(ctx)))?.slug ?? "", name)
}

/** One version of an environment that the caller may see: `latest`, a version number, an id or a content hash. */
export async function requireVersion(
  ctx: Context,
  owner: string,
  name: string,
  version: string,
): Promise<{ found: OwnedEnvironment; version: VersionRecord }> {
  const found = await requireEnvironment(ctx, owner, name)
  const record = await findVersion(ctx.db, found.environment, version)
  if (!record) throw notFound("version", `${owner}/${name}@${version}`)
  return { found, version: record }
}

/** @throws ServiceError when the environment belongs to someone else, or the caller's role in its team is too little */
export function checkMayWrite(ctx: Context, found: OwnedEnvironment): OwnedEnvironment {
  requireUser(ctx)
  if (!found.role)
    throw new ServiceError("forbidden", `You may not change ${found.owner}/${found.environment.name}: it belongs to someone else`)
  requireMay(ctx, found.environment, "write")
  return found
}

/**
 * Who may run an environment on the platform: its owner, and owners, editors and runners of its team. Those that came with the
 * platform are for everybody.
 * @throws ServiceError which says to fork it
 */
export function checkMayRun(ctx: Context, { owner, role, environment }: OwnedEnvironment): void {
  if (environment.isSample) return
  if (!role)
    throw new ServiceError(
      "forbidden",
      `${owner}/${environment.name} belongs to someone else: fork it to run it (Fork to run on its page), and run your copy`,
    )
  requireMay(ctx, environment, "run")
}

/** The environment of that id, for changing it. */
export const requireWritable = async (ctx: Context, id: string): Promise<OwnedEnvironment> =>
  checkMayWrite(ctx, await requireEnvironmentById(ctx, id))
