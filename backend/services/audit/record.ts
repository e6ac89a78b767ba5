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

/** Who did it: the caller of a request, or the person whom it signs in. */
type Actor = Exclude<Caller, { kind: "user" }> | { kind: "user"; userId: string }

/**
 * Writes into the audit log who did what. Within a transaction it comes last: nobody else's entry is written until that ends, and without it
 * neither is this one.
 */
export async function record(ctx: { caller: Actor }, db: Db, { action, target, teamId = null, details = {} }: Event): Promise<void> {
  if (ctx.caller.kind === "nobody") return
  const { userId } = ctx.caller
  const byRun = ctx.caller.kind === "run" ? { by_run: ctx.caller.evaluationId } : {}
  await appendAudit(db, {
    actorId: userId,
    actorName: (await findUser(db, userId))?.name.slice(0, nameMax) ?? userId,
    action,
    teamId,
    targetKind: target.kind,
    targetId: target.id,
    targetName: target.name?.slice(0, nameMax) ?? null,
    details: JSON.stringify({ ...details, ...byRun }),
  })
}
