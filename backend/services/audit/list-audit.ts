import type { AuditEntry, JsonObject, ListAuditQuery, ListAuditResponse } from "../../../contract/index.ts"
import { type AuditRecord, listActors, listAudit as listRows } from "../../store/audit/audit.ts"
import { findUser } from "../../store/identity/users.ts"
import { type Context, requireUser } from "../context.ts"

const peopleMax = 100

const toEntry = (row: AuditRecord): AuditEntry => ({
  seq: row.seq,
  at: row.at.toISOString(),
  actor_id: row.actorId,
  actor_name: row.actorName,
  action: row.action,
  team_id: row.teamId,
  target_kind: row.targetKind,
  target_id: row.targetId,
  target_name: row.targetName,
  details: JSON.parse(row.details) as JsonObject,
  hash: row.hash,
})

/** What was done, newest first: by anybody for an admin of the platform, by the caller for all others. */
export async function listAudit(ctx: Context, { actor, action, before, limit }: ListAuditQuery): Promise<ListAuditResponse> {
  const userId = requireUser(ctx)
  const isAdmin = (await findUser(ctx.db, userId))?.role === "ADMIN"
  const filter = { actorId: isAdmin ? (actor ?? null) : userId, action: action ?? null, before: before ?? null }
  const [rows, people] = await Promise.all([
    // Somebody else's entries are none for those who see their own.
    !isAdmin && actor && actor !== userId ? [] : listRows(ctx.db, filter, limit + 1),
    isAdmin ? listActors(ctx.db, peopleMax) : [],
  ])
  const page = rows.slice(0, limit)
  return {
    entries: page.map(toEntry),
    next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null,
    scope: isAdmin ? "all" : "own",
    people,
  }
}
