import { newId } from "../base/ids.ts"
import { insertEvaluation } from "../store/evaluations/evaluations.ts"
import { newEnvironment, newUser } from "./service-context.ts"
import type { TestPlatform } from "./test-platform.ts"

/** A run that waits, of a user of its own. @returns its id */
export async function newWaitingRun(platform: TestPlatform, slug: string, rolloutsTotal: number): Promise<string> {
  const { userId } = await newUser(platform, slug)
  const { id: environmentId, versionId } = await newEnvironment(platform, { userId }, { name: slug })
  const row = await insertEvaluation(platform.services.db, {
    id: newId(),
    name: slug,
    userId,
    teamId: null,
    isHosted: true,
    evalType: "environment",
    status: "PENDING",
    phase: "queued",
    environmentId,
    versionId,
    environments: [],
    metadata: {},
    evalConfig: {},
    rolloutsTotal,
  })
  return row.id
}
