import type { ListRunSandboxesResponse, ListSandboxesQuery, ListSandboxesResponse, SandboxErrorContext } from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import { listSandboxes as listRows, type SandboxFilter, sumRunSandboxes } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { requireTeam } from "../identity/teams.ts"
import { requireSandbox, requireSandboxUser } from "./may-use-sandbox.ts"
import { toRunSandbox, toSandbox } from "./to-sandbox.ts"

/** How many a run's page gets: a run of thousands of rollouts makes thousands of sandboxes. */
const runSandboxesMax = 50

/** Whose sandboxes a request is about. @throws ServiceError for another user's without being admin of the team */
export async function scopeOf(ctx: Context, asked: { team_id?: string | null; user_id?: string | null }): Promise<SandboxFilter> {
  const caller = requireSandboxUser(ctx)
  if (caller.kind === "run") return { evaluationId: caller.evaluationId }
  const teamId = asked.team_id ? requireTeam(ctx, asked.team_id) : undefined
  const isOther = asked.user_id && asked.user_id !== caller.userId
  if (isOther && !(teamId && (await findTeamRole(ctx.db, teamId, caller.userId)) === "ADMIN"))
    throw new ServiceError("forbidden", "Only admins of a team may ask for other users' sandboxes, and only with that team_id")
  return { teamId, userId: asked.user_id ?? (teamId ? undefined : caller.userId) }
}

export async function listSandboxes(ctx: Context, query: ListSandboxesQuery): Promise<ListSandboxesResponse> {
  const { page, per_page } = query
  const filter = {
    ...(await scopeOf(ctx, query)),
    status: query.status ?? undefined,
    active: query.is_active ?? false,
    labels: query.labels ?? [],
  }
  // Postgres counts in 64 bits; a page beyond them is empty like any other beyond the end.
  const offset = Math.min((page - 1) * per_page, Number.MAX_SAFE_INTEGER)
  const { rows, total } = await listRows(ctx.db, filter, { offset, limit: per_page })
  return { sandboxes: rows.map(toSandbox), total, page, per_page, has_next: offset + rows.length < total && rows.length > 0 }
}

export async function getSandboxErrorContext(ctx: Context, id: string): Promise<SandboxErrorContext> {
  const { status, errorType, errorMessage } = await requireSandbox(ctx, id)
  return { status, errorType, errorMessage }
}

/** What a run's page shows: to everybody who may see the run. */
export async function listRunSandboxes(ctx: Context, evaluationId: string): Promise<ListRunSandboxesResponse> {
  await requireEvaluation(ctx, evaluationId)
  const { rows, total } = await listRows(ctx.db, { evaluationId }, { offset: 0, limit: runSandboxesMax })
  return { evaluation_id: evaluationId, sandboxes: rows.map(toRunSandbox), total, ...(await sumRunSandboxes(ctx.db, evaluationId)) }
}
