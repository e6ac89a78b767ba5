import { randomInt } from "node:crypto"
import {
  type CreateHostedEvaluationRequest,
  type HostedEvalConfig,
  type JsonObject,
  limits,
  questionOf,
  runFields,
} from "../../../../contract/index.ts"
import { hashRequest } from "../../../base/crypto.ts"
import { invalid, type Problem, ServiceError } from "../../../base/errors.ts"
import type { VersionRecord } from "../../../store/environments/version.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import { listByIdempotencyKey, lockIdempotencyKey } from "../../../store/evaluations/evaluations.ts"
import { signal } from "../../../store/signals.ts"
import { record } from "../../audit/record.ts"
import { admitRuns, checkBudget } from "../../billing/check-budget.ts"
import { type Context, requireUser } from "../../context.ts"
import { requireTeam } from "../../identity/teams.ts"
import { checkModel, findTarget, type Named } from "./check-launch.ts"
import { insertHostedRun } from "./insert-hosted-run.ts"
import { maskedSecrets } from "./masked-secrets.ts"
import { placeRun } from "./place-run.ts"
import { resolveStopAgainst } from "./stop-against.ts"

/** What one launch starts: a run of each environment with each model, all with the same configuration. */
export interface Launch extends Pick<CreateHostedEvaluationRequest, "eval_config" | "team_id" | "idempotency_key" | "tags"> {
  environments: readonly Named[]
  models: readonly Named[]
  nameOf: (run: { environment: string; model: string }) => string
  suiteId: string | null
  /** What launches by itself. */
  scheduleId?: string
  /** As it came, to tell whether a key came with the same one before. */
  request: object
}

/**
 * Stores the runs of a launch, in one transaction, and wakes the workers.
 * @returns the rows: those of the first environment with each model, then those of the next
 * @throws ServiceError for an unknown or unpublished environment, an unknown model, a place that is not here or cannot give what is asked, a timeout outside the bounds, a budget that is used up,
 *   more runs at once than a limit allows, and an idempotency key that came with another request
 */
export async function launchRuns(ctx: Context, launch: Launch): Promise<EvaluationRecord[]> {
  const userId = requireUser(ctx)
  const config = launch.eval_config
  checkTimeout(ctx, config)
  checkShards(ctx, config)
  const again = launch.idempotency_key
    ? { userId, key: launch.idempotency_key, hash: hashRequest(ctx.config.secretKey, { ...launch.request, account: ctx.teamId }) }
    : null
  const earlier = again && (await findEarlier(ctx.db, again))
  if (earlier) return earlier
  const teamId = launch.team_id ? requireTeam(ctx, launch.team_id) : null
  const targets = await Promise.all(launch.environments.map((one) => findTarget(ctx, one)))
  await eachOf(launch.models, async (model) => {
    await checkModel(ctx, model, config, targets, { userId, teamId })
    await checkBudget(ctx, { eval_config: config, inference_model: model.id }, { userId, teamId })
  })

  const places = targets.map(({ environment }) => placeRun(ctx, config, environment.environment))
  const evalConfig = withOrder(maskedSecrets(config))
  const beside = await Promise.all(targets.map((target) => resolveStopAgainst(ctx, config, target, launch.suiteId !== null)))
  return ctx.db.transaction(async (tx) => {
    if (again) {
      await lockIdempotencyKey(tx, userId, again.key)
      const sameMoment = await findEarlier(tx, again)
      if (sameMoment) return sameMoment
    }
    const rows: EvaluationRecord[] = []
    const pairs = targets.flatMap((target, i) =>
      launch.models.map((model) => ({ ...target, against: beside[i], place: places[i], model: model.id })),
    )
    await admitRuns(tx, { userId, teamId }, pairs.length)
    for (const { environment, version, against, place, model } of pairs) {
      rows.push(
        await insertHostedRun(tx, ctx.config.secretKey, {
          environment,
          version,
          secrets: config.custom_secrets ?? {},
          name: launch.nameOf({ environment: environment.environment.name, model }),
          userId,
          teamId,
          modelName: model,
          suiteId: launch.suiteId,
          scheduleId: launch.scheduleId ?? null,
          tags: launch.tags ?? [],
          evalConfig: { ...evalConfig, ...against, ...place },
          rolloutsTotal: expectedRollouts(config, version),
          idempotencyKey: again?.key ?? null,
          idempotencyHash: again?.hash ?? null,
        }),
      )
    }
    await signal(tx, "work")
    for (const { id, name, modelName } of rows)
      await record(ctx, tx, {
        action: "run.launch",
        target: { kind: "run", id, name },
        teamId,
        details: { model: modelName, schedule: launch.scheduleId ?? null },
      })
    return rows
  })
}

/** A run that may stop early needs a random order; those of one launch have the same one, so that their examples can be paired. */
const withOrder = (config: JsonObject): JsonObject =>
  questionOf(config) === null ? config : { ...config, shuffle_seed: config.shuffle_seed ?? randomInt(limits.int4Max) }

/** Checks all of them, so that one answer says what is wrong with each. @throws ServiceError with every problem, or the first that is none of a field */
async function eachOf(all: readonly Named[], check: (one: Named) => Promise<void>): Promise<void> {
  const problems: Problem[] = []
  for (const one of all)
    await check(one).catch((error) => {
      if (!(error instanceof ServiceError) || error.problems.length === 0) throw error
      problems.push(...error.problems)
    })
  const told = [...new Map(problems.map((problem) => [problem.message, problem])).values()]
  if (told.length > 0) throw new ServiceError("invalid", told.map(({ message }) => message).join("; "), told)
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

function checkShards(ctx: Context, { shards, max_concurrent }: HostedEvalConfig): void {
  if (typeof shards !== "number") return
  const { maxShards } = ctx.config
  if (shards > maxShards) throw invalid(["eval_config", "shards"], `must be at most ${maxShards} on this platform`)
  const atOnce = max_concurrent ?? runFields.max_concurrent.default
  if (shards > atOnce)
    throw invalid(
      ["eval_config", "shards"],
      `must be at most max_concurrent, which is ${atOnce}: each shard plays at least one rollout at a time`,
    )
}
