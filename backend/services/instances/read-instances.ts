import type { InstanceStatuses, ListFormerInstancesResponse, ListInstancesQuery, ListInstancesResponse } from "../../../contract/index.ts"
import { findInstances, listInstances as listRows } from "../../store/instances/instances.ts"
import type { Context } from "../context.ts"
import { mayUse, scopeOf } from "../identity/made-by.ts"
import { toFormerInstance, toInstanceStatus, toInstances } from "./to-instance.ts"

const words = { things: "instances", teamField: "team_id" }

async function read(ctx: Context, { team_id, offset, limit }: ListInstancesQuery, ended: boolean) {
  const filter = { ...(await scopeOf(ctx, { teamId: team_id, userId: null }, words)), ended }
  const { rows, total } = await listRows(ctx.db, filter, { offset, limit })
  return { rows, page: { total_count: total, offset, limit } }
}

/** Instances that have not ended: the caller's, a team's, or those of the run that asks. */
export async function listInstances(ctx: Context, query: ListInstancesQuery): Promise<ListInstancesResponse> {
  const { rows, page } = await read(ctx, query, false)
  return { ...page, data: await toInstances(ctx, rows) }
}

/** Instances that have ended, and what they cost. */
export async function listFormerInstances(ctx: Context, query: ListInstancesQuery): Promise<ListFormerInstancesResponse> {
  const { rows, page } = await read(ctx, query, true)
  return { ...page, data: rows.map(toFormerInstance) }
}

/** States of the instances that the caller may use, in the order of the ids. */
export async function getInstanceStatuses(ctx: Context, asked: string[]): Promise<InstanceStatuses> {
  const ids = [...new Set(asked)]
  const usable = new Map((await findInstances(ctx.db, ids)).filter((row) => mayUse(ctx, row)).map((row) => [row.id, row]))
  return { data: ids.flatMap((id) => toInstanceStatus(usable.get(id)) ?? []) }
}
