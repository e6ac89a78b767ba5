import type { EnvironmentAction } from "../../../contract/index.ts"
import { notFound } from "../../base/errors.ts"
import { findCheck, listChecks as listRows } from "../../store/environments/checks.ts"
import type { Context } from "../context.ts"
import { readLogTail } from "../read-log-tail.ts"
import { requireEnvironment } from "./find-environments.ts"

/** Checks of an environment's versions, newest first. */
export async function listChecks(
  ctx: Context,
  owner: string,
  name: string,
  query: { limit: number; offset: number; version_id?: string | null | undefined },
): Promise<{ actions: EnvironmentAction[]; total: number }> {
  const { environment } = await requireEnvironment(ctx, owner, name)
  const { rows, total } = await listRows(ctx.db, environment.id, query.version_id ?? null, query.limit, query.offset)
  const actions = rows.map(({ action: check, version }) => ({
    id: check.id,
    name: "Install and load",
    job_type: "check",
    status: check.status,
    version: { semantic_version: version.semanticVersion, content_hash: version.contentHash },
    trigger: check.trigger,
    error: check.error,
    created_at: check.createdAt.toISOString(),
    started_at: check.startedAt?.toISOString() ?? null,
    completed_at: check.completedAt?.toISOString() ?? null,
  }))
  return { actions, total }
}

/** The last lines of a check's log. @throws ServiceError for a check of another environment */
export async function getCheckLog(ctx: Context, owner: string, name: string, checkId: string, tail: number): Promise<string> {
  const { environment } = await requireEnvironment(ctx, owner, name)
  const check = await findCheck(ctx.db, checkId)
  if (check?.environmentId !== environment.id) throw notFound("check", checkId)
  return readLogTail(ctx, checkId, tail)
}
