import { newId } from "../base/ids.ts"
import type { EvaluationChanges } from "../store/evaluations/evaluation.ts"
import { insertEvaluation } from "../store/evaluations/evaluations.ts"
import { newEnvironment, newUser } from "./service-context.ts"
import type { TestPlatform } from "./test-platform.ts"

/** A hosted run that waits, of an environment of its own. @param changes what differs from that @returns its id */
export async function newHostedRun(
  platform: TestPlatform,
  owner: { userId: string; teamId?: string | null },
  name: string,
  changes: EvaluationChanges = {},
): Promise<string> {
  const { id: environmentId, versionId } = await newEnvironment(platform, owner, { name })
  const row = await insertEvaluation(platform.services.db, {
    id: newId(),
    name,
    userId: owner.userId,
    teamId: owner.teamId ?? null,
    isHosted: true,
    evalType: "environment",
    status: "PENDING",
    phase: "queued",
    environmentId,
    versionId,
    environments: [],
    metadata: {},
    evalConfig: {},
    ...changes,
  })
  return row.id
}

/** A run that waits, of a user of its own. @returns its id */
export const newWaitingRun = async (platform: TestPlatform, slug: string, rolloutsTotal: number): Promise<string> =>
  newHostedRun(platform, await newUser(platform, slug), slug, { rolloutsTotal })
