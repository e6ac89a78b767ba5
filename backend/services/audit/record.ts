import type { AuditAction, JsonObject } from "../../../contract/index.ts"
import { appendAudit } from "../../store/audit/audit.ts"
import type { Db } from "../../store/db.ts"
import { findUser } from "../../store/identity/users.ts"
import type { Caller } from "../context.ts"

interface Event {
  action: AuditAction
  target: { kind: string; id: string | null; name?: string | null | undefined }
  teamId?: string | null | undefined
  /** No values of secrets, and nothing large. */
  details?: JsonObject
}

const nameMax = 200

/** Who did it: the caller of a request, the person whom it signs in, or a directory with a token of that id and name. */
export type Actor = Exclude<Caller, { kind: "user" }> | { kind: "user"; userId: string } | { kind: "directory"; id: string; name: string }

/**
 * Writes into the audit log who did what. Within a transaction it comes last: nobody else's entry is written until that ends, and without it
 * neither is this one.
 */
export async function record(ctx: { caller: Actor }, db: Db, { action, target, teamId = null, details = {} }: Event): Promise<void> {
  if (ctx.caller.kind === "nobody") return
  const byRun = ctx.caller.kind === "run" ? { by_run: ctx.caller.evaluationId } : {}
  await appendAudit(db, {
    ...(await actorOf(ctx.caller, db)),
    action,
    teamId,
    targetKind: target.kind,
    targetId: target.id,
    targetName: target.name?.slice(0, nameMax) ?? null,
    details: JSON.stringify({ ...details, ...byRun }),
  })
}

async function actorOf(caller: Exclude<Actor, { kind: "nobody" }>, db: Db): Promise<{ actorId: string; actorName: string }> {
  if (caller.kind === "directory") return { actorId: caller.id, actorName: `Directory: ${caller.name}`.slice(0, nameMax) }
  return { actorId: caller.userId, actorName: (await findUser(db, caller.userId))?.name.slice(0, nameMax) ?? caller.userId }
}
