import { hashToken } from "../../base/crypto.ts"
import { ServiceError } from "../../base/errors.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { findRunByTokenHash } from "../../store/evaluations/run-tokens.ts"
import { findUserIdByKeyHash } from "../../store/identity/api-keys.ts"
import { listTeamIds } from "../../store/identity/teams.ts"
import type { Caller, Context, Services } from "../context.ts"
import { challengeTokenPrefix } from "./challenges.ts"

const runTokenPrefix = "her_"

/**
 * The context of a request: whom the token speaks for, and what they may see.
 * @throws ServiceError for a token that is not valid, or no longer: a wrong key is refused, not ignored
 */
export async function identifyCaller(services: Services, token: string | undefined): Promise<Context> {
  return contextOf(services, await callerOf(services, token))
}

/** The context of a request of a signed-in user. */
export const contextOfUser = (services: Services, userId: string): Promise<Context> => contextOf(services, { kind: "user", userId })

async function contextOf(services: Services, caller: Caller): Promise<Context> {
  // A run's token is in the hands of the environment's code, which anybody may have written: it sees what everybody sees.
  const viewer =
    caller.kind === "user"
      ? { userId: caller.userId, teamIds: await listTeamIds(services.db, caller.userId) }
      : { userId: null, teamIds: [] }
  return { ...services, caller, viewer, teamId: caller.kind === "run" ? caller.teamId : null }
}

async function callerOf(services: Services, token: string | undefined): Promise<Caller> {
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
