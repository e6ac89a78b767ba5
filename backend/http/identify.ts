import type { MiddlewareHandler } from "hono"
import { hashToken } from "../base/crypto.ts"
import { ServiceError } from "../base/errors.ts"
import type { Caller, Context, Services } from "../services/context.ts"
import { challengeTokenPrefix } from "../services/identity/challenges.ts"
import { requireTeam } from "../services/identity/teams.ts"
import { findEvaluationRow } from "../store/evaluations/evaluations.ts"
import { findRunByTokenHash } from "../store/evaluations/run-tokens.ts"
import { findUserIdByKeyHash } from "../store/identity/api-keys.ts"
import { listTeamIds } from "../store/identity/teams.ts"
import type { Variables } from "./route.ts"

/** What the dashboard hands in beside a request: the signed-in person. No outside request can set it. */
export type InProcessCaller = { userId: string } | null
export type Bindings = { caller?: InProcessCaller }

const runTokenPrefix = "her_"

/** Tells who asks: the dashboard's person, the owner of the API key, or a run by its token. A wrong key is refused, not ignored. */
export function identify(services: Services): MiddlewareHandler<Variables & { Bindings: Bindings }> {
  return async (c, next) => {
    const caller = await callerOf(services, c.env?.caller ?? null, c.req.header("authorization"))
    // A run's token is in the hands of the environment's code, which may be anybody's: it sees what everybody sees.
    const viewer =
      caller.kind === "user"
        ? { userId: caller.userId, teamIds: await listTeamIds(services.db, caller.userId) }
        : { userId: null, teamIds: [] }
    const ctx: Context = { ...services, caller, viewer, teamId: caller.kind === "run" ? caller.teamId : null }
    const team = c.req.header("x-prime-team-id")
    // A run acts for the team that it was launched for, whatever its environment sends.
    if (team && caller.kind === "user") ctx.teamId = await requireTeam(ctx, team)
    c.set("ctx", ctx)
    await next()
  }
}

/** The token of an Authorization header. */
export const bearerOf = (authorization: string | null | undefined): string | undefined => /^Bearer\s+(\S+)$/i.exec(authorization ?? "")?.[1]

async function callerOf(services: Services, inProcess: InProcessCaller, authorization: string | undefined): Promise<Caller> {
  if (inProcess) return { kind: "user", userId: inProcess.userId }
  const token = bearerOf(authorization)
  if (!token || token.startsWith(challengeTokenPrefix)) return { kind: "nobody" }
  if (token.startsWith(runTokenPrefix)) {
    const found = await findRunByTokenHash(services.db, hashToken(token))
    const run = found && (await findEvaluationRow(services.db, found.evaluationId))
    if (!run) throw new ServiceError("unauthorized", "This run's token is no longer valid: the run has ended")
    return { kind: "run", userId: run.userId, evaluationId: run.id, teamId: run.teamId, permissions: found.permissions }
  }
  const userId = await findUserIdByKeyHash(services.db, hashToken(token))
  if (!userId) throw new ServiceError("unauthorized", "This API key is not valid")
  return { kind: "user", userId }
}
