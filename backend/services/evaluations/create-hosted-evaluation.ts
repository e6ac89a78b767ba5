import { type CreateHostedEvaluationRequest, type HostedEvalConfig, type JsonObject, runFields } from "../../../contract/index.ts"
import { encrypt, hashRequest, runSecretsContext } from "../../base/crypto.ts"
import { invalid, ServiceError } from "../../base/errors.ts"
import { newId } from "../../base/ids.ts"
import type { OwnedEnvironment } from "../../store/environments/environment.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import { insertEvaluation, listByIdempotencyKey, lockIdempotencyKey } from "../../store/evaluations/evaluations.ts"
import { insertRunSecrets } from "../../store/evaluations/run-secrets.ts"
import { findEnvironmentSettings } from "../../store/secrets/environment-settings.ts"
import { signal, signalNotice } from "../../store/signals.ts"
import { checkBudget } from "../billing/check-budget.ts"
import { type Context, requireUser } from "../context.ts"
import { requireTeam } from "../identity/teams.ts"

/**
 * Stores one evaluation per environment, in one transaction, and wakes the workers.
 * @returns the rows, in the order of `environment_ids`
 * @throws ServiceError for an unknown or unpublished environment, an unknown model, a timeout outside the bounds, a budget that is used up,
 *   and an idempotency key that came with another request
 */
export async function createHostedEvaluation(ctx: Context, input: CreateHostedEvaluationRequest): Promise<EvaluationRecord[]> {
  const userId = requireUser(ctx)
  const config = input.eval_config
  checkTimeout(ctx, config)
  const again = input.idempotency_key
    ? { userId, key: input.idempotency_key, hash: hashRequest(ctx.config.secretKey, { ...input, account: ctx.teamId }) }
    : null
  const earlier = again && (await findEarlier(ctx.db, again))
  if (earlier) return earlier
  const teamId = input.team_id ? requireTeam(ctx, input.team_id) : null
  const targets = await Promise.all(input.environment_ids.map((id, i) => findTarget(ctx, id, i)))
  await checkModel(ctx, input, targets)
  await checkBudget(ctx, input, { userId, teamId })

  const { custom_secrets: secrets, ...stored } = config
  const evalConfig: JsonObject = {
    ...stored,
    ...(secrets && Object.keys(secrets).length > 0 ? { custom_secrets: maskedSecrets(secrets) } : {}),
  }
  return ctx.db.transaction(async (tx) => {
    if (again) {
      await lockIdempotencyKey(tx, userId, again.key)
      const sameMoment = await findEarlier(tx, again)
      if (sameMoment) return sameMoment
    }
    const rows: EvaluationRecord[] = []
    for (const { environment, version } of targets) {
      const id = newId()
      const row = await insertEvaluation(tx, {
        id,
        name: input.name ?? `${environment.environment.name}--${input.inference_model}`,
        userId,
        teamId,
        isHosted: true,
        evalType: "environment",
        status: "PENDING",
        phase: "queued",
        environmentId: environment.environment.id,
        versionId: version.id,
        environments: [
          {
            id: environment.environment.id,
            owner: environment.owner,
            name: environment.environment.name,
            version: version.semanticVersion,
            content_hash: version.contentHash,
          },
        ],
        modelName: input.inference_model,
        framework: "verifiers",
        metadata: {},
        evalConfig,
        rolloutsTotal: expectedRollouts(config, version),
        idempotencyKey: again?.key ?? null,
        idempotencyHash: again?.hash ?? null,
      })
      if (secrets && Object.keys(secrets).length > 0)
        await insertRunSecrets(tx, id, encrypt(ctx.config.secretKey, JSON.stringify(secrets), runSecretsContext(id)))
      rows.push(row)
      await signalNotice(tx, row)
    }
    await signal(tx, "work")
    return rows
  })
}

/** The launch that came with the key before; null when there was none. @throws ServiceError when that was another request */
async function findEarlier(
  db: Context["db"],
  { userId, key, hash }: { userId: string; key: string; hash: string },
): Promise<EvaluationRecord[] | null> {
  const earlier = await listByIdempotencyKey(db, userId, key)
  // Rows of the first release have no hash.
  if (earlier.some(({ idempotencyHash }) => idempotencyHash !== null && idempotencyHash !== hash))
    throw new ServiceError("conflict", "The idempotency_key came with another request before: use a new key for a new launch")
  return earlier.length > 0 ? earlier : null
}

const maskedSecrets = (secrets: Record<string, string>): JsonObject =>
  Object.fromEntries(Object.keys(secrets).map((name) => [name, `$${name}`]))

function expectedRollouts(config: HostedEvalConfig, version: VersionRecord): number | null {
  const all = version.datasetSize
  if (config.num_examples > 0) {
    const examples = all === null ? config.num_examples : Math.min(config.num_examples, all)
    // The library takes fewer examples when there are fewer; the runner corrects the number when arguments change the data.
    return boundedCount(examples * config.rollouts_per_example)
  }
  return all === null ? null : boundedCount(all * config.rollouts_per_example)
}

const boundedCount = (count: number): number | null => (count <= 2 ** 31 - 1 ? count : null)

function checkTimeout(ctx: Context, config: HostedEvalConfig): void {
  const { min, max } = ctx.config.timeoutMinutes
  const minutes = config.timeout_minutes
  if (typeof minutes === "number" && (minutes < min || minutes > max))
    throw invalid(["eval_config", "timeout_minutes"], `must be between ${min} and ${max} minutes on this platform`)
}

interface Target {
  environment: OwnedEnvironment
  version: VersionRecord
}

async function findTarget(ctx: Context, id: string, position: number): Promise<Target> {
  const environment = await findEnvironmentById(ctx.db, ctx.viewer, id)
  if (!environment)
    throw new ServiceError(
      "not_found",
      `There is no environment ${JSON.stringify(id)} (environment_ids[${position}]), or you may not see it`,
    )
  const version = environment.environment.latestVersionId
    ? await findVersionById(ctx.db, environment.environment.latestVersionId)
    : undefined
  if (!version)
    throw invalid(
      ["environment_ids", position],
      `the environment ${environment.owner}/${environment.environment.name} has no published version: publish it with prime env push`,
    )
  return { environment, version }
}

async function checkModel(ctx: Context, input: CreateHostedEvaluationRequest, targets: Target[]): Promise<void> {
  const { api_base_url: custom, api_key_var: keyVariable, custom_secrets: secrets } = input.eval_config
  if (custom) {
    if (!runFields.api_base_url.launchable(custom)) throw invalid(["eval_config", "api_base_url"], "must be an http or https address")
    if (keyVariable && !Object.hasOwn(secrets ?? {}, keyVariable))
      for (const target of targets) await checkDefined(ctx, target, keyVariable)
    return
  }
  if (await ctx.models.find(input.inference_model)) return
  const keyless = ctx.models.keylessProvider(input.inference_model)
  if (keyless)
    throw invalid(
      ["inference_model"],
      `${keyless.name}, which has ${JSON.stringify(input.inference_model)}, has no key on this platform: its operator must set ${keyless.keyVariable}. Or choose another model, or give a custom endpoint`,
    )
  const { providers } = await ctx.models.list()
  const silent = providers.filter((provider) => provider.error).map((provider) => `${provider.name} (${provider.error})`)
  throw invalid(
    ["inference_model"],
    `there is no model ${JSON.stringify(input.inference_model)} here${silent.length > 0 ? `; these providers could not be asked: ${silent.join(", ")}` : ""}. Choose another model, or give a custom endpoint`,
  )
}

/** The key of a custom endpoint must be something that the run will have: see engine/attempt/injection.ts for what that is. */
async function checkDefined(ctx: Context, { environment }: Target, variable: string): Promise<void> {
  const { variables, linked, own } = await findEnvironmentSettings(ctx.db, environment.environment.id)
  const secrets = environment.mayWrite ? [...linked.map(({ secret }) => secret), ...own] : []
  if ([...variables, ...secrets].some(({ name }) => name === variable)) return
  const label = `${environment.owner}/${environment.environment.name}`
  throw invalid(
    ["eval_config", "api_key_var"],
    environment.mayWrite
      ? `names the variable ${variable}, which ${label} does not have: add it as a one-off secret of this run, as a secret of the environment (prime env secret create), or link a global secret of that name to it (prime env secret link)`
      : `names the variable ${variable}, which this run does not have: add it as a one-off secret. The secrets of ${label} are for those who may change it`,
  )
}
