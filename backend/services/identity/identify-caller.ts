import { keyScopes, type Need } from "../../../contract/index.ts"
import { hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { attemptTokenPrefix } from "../../base/ids.ts"
import { findRunByTokenHash } from "../../store/evaluations/run-tokens.ts"
import { findKeyByHash, noteKeyUsed } from "../../store/identity/api-keys.ts"
import { listRoles, type Roles } from "../../store/identity/teams.ts"
import { sessionOf, sessionTokenPrefix } from "../accounts/sessions.ts"
import { switchedOff } from "../accounts/switched-off.ts"
import type { Caller, Context, Services } from "../context.ts"
import { challengeTokenPrefix } from "./challenges.ts"

const runTokenPrefix = "her_"

/**
 * The context of a request: whom the token speaks for, and what they may see. Its route says what it needs.
 * @param asksModel whether it is a request to a model, of which a run sends many a second
 * @throws ServiceError for a token that is not valid, or no longer: a wrong key is refused, not ignored
 */
export async function identifyCaller(services: Services, token: string | undefined, asksModel = false): Promise<Context> {
  const { caller, roles } = await callerOf(services, token, asksModel)
  return contextOf(services, caller, roles, "manage")
}

/** The context of a request of a signed-in user, for something that needs this much of them. */
export const contextOfUser = async (services: Services, userId: string, need: Need): Promise<Context> =>
  contextOf(services, { kind: "user", userId, scopes: keyScopes }, await listRoles(services.db, userId), need)

function contextOf(services: Services, caller: Caller, roles: Roles, need: Need): Context {
  const viewer = { userId: caller.kind === "user" ? caller.userId : null, teamIds: Object.keys(roles), roles }
  return { ...services, caller, viewer, teamId: caller.kind === "run" ? caller.teamId : null, need, address: null }
}

/** Who speaks by a token, and what they are in their teams: asked for with the token, in one statement, by nearly every request. */
async function callerOf(services: Services, token: string | undefined, asksModel: boolean): Promise<{ caller: Caller; roles: Roles }> {
  if (!token || token.startsWith(challengeTokenPrefix) || token.startsWith(attemptTokenPrefix))
    return { caller: { kind: "nobody" }, roles: {} }
  if (token.startsWith(runTokenPrefix)) {
    const hash = hashToken(token)
    const run = await (asksModel ? services.runCallers.of(hash) : findRunByTokenHash(services.db, hash))
    if (!run) throw new ServiceError("unauthorized", "This run's token is no longer valid: the run has ended")
    // It is in the hands of the environment's code, which anybody may have written: it sees what everybody sees.
    return { caller: { kind: "run", ...run }, roles: {} }
  }
  if (token.startsWith(sessionTokenPrefix)) {
    const session = await sessionOf(services, token)
    if (!session) throw new ServiceError("unauthorized", "This session has ended: sign in again")
    const { id, method, userId, expiresAt: endsAt, roles } = session
    return { caller: { kind: "user", userId, scopes: keyScopes, session: { id, method }, endsAt }, roles }
  }
  const key = await findKeyByHash(services.db, hashToken(token))
  if (!key) throw new ServiceError("unauthorized", "This API key is not valid")
  if (key.switchedOffAt) throw switchedOff()
  if (key.expiresAt && key.expiresAt.getTime() <= Date.now())
    throw new ServiceError(
      "unauthorized",
      `This API key expired on ${key.expiresAt.toISOString().slice(0, 10)}: make another under Settings`,
    )
  if (!key.lastUsedAt || key.lastUsedAt.getTime() < Date.now() - 60_000) await noteKeyUsed(services.db, key.id)
  return { caller: { kind: "user", userId: key.userId, scopes: key.scopes, endsAt: key.expiresAt }, roles: key.roles }
}
