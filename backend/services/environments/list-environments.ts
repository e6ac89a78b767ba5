import type { EnvironmentRow, ListEnvironmentsQuery, ListEnvironmentsResponse } from "../../../contract/index.ts"
import { invalid } from "../../base/errors.ts"
import { listEnvironments as listRows } from "../../store/environments/list-environments.ts"
import type { Context } from "../context.ts"

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
