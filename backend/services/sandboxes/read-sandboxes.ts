import type {
  BatchSandboxStatusResponse,
  ListRunSandboxesResponse,
  ListSandboxesQuery,
  ListSandboxesResponse,
  SandboxErrorContext,
} from "../../../contract/index.ts"
import { listSandboxes as listRows, sumRunSandboxes } from "../../store/sandboxes/sandboxes.ts"
import type { Context } from "../context.ts"
import { requireEvaluation } from "../evaluations/require-evaluation.ts"
import { mayUse, scopeOf } from "../identity/made-by.ts"
import { requireSandbox } from "./require-sandbox.ts"
import { toRunSandbox, toSandbox } from "./to-sandbox.ts"

/** How many a run's page gets: a run of thousands of rollouts makes thousands of sandboxes. */
const runSandboxesMax = 50

export const scopeWords = { things: "sandboxes", teamField: "team_id" }

/** Whose sandboxes a request asks for. */
export const askedOf = ({ team_id: teamId, user_id: userId }: { team_id?: string | null; user_id?: string | null }) => ({ teamId, userId })

export async function listSandboxes(ctx: Context, query: ListSandboxesQuery): Promise<ListSandboxesResponse> {
  const { page, per_page } = query
  const filter = {
    ...(await scopeOf(ctx, askedOf(query), scopeWords)),
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
  const usable = new Map(rows.filter((row) => mayUse(ctx, row)).map((row) => [row.id, row]))
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
