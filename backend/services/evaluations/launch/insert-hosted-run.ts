import { declaredIn } from "../../../../contract/index.ts"
import { encrypt, runSecretsContext } from "../../../base/crypto.ts"
import { newId } from "../../../base/ids.ts"
import type { Db } from "../../../store/db.ts"
import type { OwnedEnvironment } from "../../../store/environments/environment.ts"
import type { VersionRecord } from "../../../store/environments/version.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { insertEvaluation } from "../../../store/evaluations/evaluations.ts"
import { insertRunSecrets } from "../../../store/evaluations/run-secrets.ts"
import { signalNotice } from "../../../store/signals.ts"

type NewRow = Parameters<typeof insertEvaluation>[1]

interface HostedRun
  extends Pick<NewRow, "name" | "userId" | "teamId" | "modelName" | "evalConfig" | "rolloutsTotal">,
    Partial<Pick<NewRow, "suiteId" | "scheduleId" | "tags" | "scoresOf" | "idempotencyKey" | "idempotencyHash">> {
  environment: OwnedEnvironment
  version: VersionRecord
  secrets: Record<string, string>
}

/** Queues a run of a version of an environment, with its one-off secrets, and tells those who watch. Workers are woken by the caller. */
export async function insertHostedRun(
  tx: Db,
  secretKey: Buffer,
  { environment, version, secrets, ...row }: HostedRun,
): Promise<EvaluationRecord> {
  const { id: environmentId, name } = environment.environment
  const stored = await insertEvaluation(tx, {
    id: newId(),
    isHosted: true,
    evalType: "environment",
    status: "PENDING",
    phase: "queued",
    environmentId,
    versionId: version.id,
    environments: [
      { id: environmentId, owner: environment.owner, name, version: version.semanticVersion, content_hash: version.contentHash },
    ],
    framework: "verifiers",
    metadata: { ...declaredIn(version.evalDefaults) },
    ...row,
  })
  if (Object.keys(secrets).length > 0)
    await insertRunSecrets(tx, stored.id, encrypt(secretKey, JSON.stringify(secrets), runSecretsContext(stored.id)))
  await signalNotice(tx, stored)
  return stored
}
