import type {
  BatchSandboxStatusResponse,
  ListRunSandboxesResponse,
  ListSandboxesQuery,
  ListSandboxesResponse,
  SandboxErrorContext,
} from "../../../contract/index.ts"
import { ServiceError } from "../../base/errors.ts"
import { findTeamRole } from "../../store/identity/teams.ts"
import { listSandboxes as listRows, type SandboxFilter, sumRunSandboxes } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { requireTeam } from "../identity/teams.ts"
import { mayUseSandbox, requireSandbox, requireSandboxUser } from "./may-use-sandbox.ts"
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

/** States of the sandboxes that the caller may use, in the order of the ids; the others are errors. */
export async function getSandboxStatuses(ctx: Context, asked: string[]): Promise<BatchSandboxStatusResponse> {
  const ids = [...new Set(asked)]
  const { rows } = await listRows(ctx.db, { ids }, { offset: 0, limit: ids.length })
  const usable = new Map(rows.filter((row) => mayUseSandbox(ctx, row)).map((row) => [row.id, row]))
  const answer: BatchSandboxStatusResponse = { statuses: [], errors: [] }
  for (const id of ids) {
    const row = usable.get(id)
    if (!row) answer.errors.push({ sandbox_id: id, code: "NOT_FOUND", message: "There is no such sandbox, or you may not use it" })
    else answer.statuses.push({ sandbox_id: id, status: row.status, error_type: row.errorType, error_message: row.errorMessage })
  }
  return answer
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
