import {
  type EstimateQuery,
  type JsonObject,
  parseExact,
  type RunEstimate,
  type RunFacts,
  runFields,
  spreadOfRun,
  stringifyExact,
} from "../../../contract/index.ts"
import { invalid, notFound } from "../../base/errors.ts"
import { costOf, type Pricing, type TokenCounts } from "../../inference/pricing.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import { findExamplesOfEarlierRun } from "../../store/evaluations/earlier-runs.ts"
import { findEvaluationRow } from "../../store/evaluations/evaluations.ts"
import { type EarlierRun, listEarlierRuns, type TokenWeights } from "../../store/usage/earlier-runs.ts"
import { accountOf, type Context, requireUser } from "../context.ts"
import { statisticsOf } from "../evaluations/run-statistics.ts"

/**
 * What a run of an environment is likely to use, and how its rewards scatter, from earlier runs with the model, or else with other models; at
 * today's price.
 * @throws ServiceError for an unknown environment, and for arguments that are no JSON object
 */
export async function estimateRun(ctx: Context, query: EstimateQuery): Promise<RunEstimate> {
  requireUser(ctx)
  const found = await findEnvironmentById(ctx.db, ctx.viewer, query.environment_id)
  if (!found) throw notFound("environment", query.environment_id)
  const pricing = (await ctx.models.find(query.model, accountOf(ctx)))?.model.pricing
  const listed = (model: string | null) => listEarlierRuns(ctx.db, ctx.viewer, query.environment_id, { model, weights: weightsOf(pricing) })
  const same = await listed(query.model)
  const isSame = same.length > 0
  const earlier = isSame ? same : await listed(null)
  const facts = earlier.map((run) => factsOf(run, pricing))
  const sum = (value: (run: EarlierRun) => number) => earlier.reduce((all, run) => all + value(run), 0)
  const rollouts = sum((run) => run.rollouts)
  const costs = facts.map((run) => (run.cost_usd_per_rollout === null ? null : run.cost_usd_per_rollout * run.rollouts))
  const cost = costs.length === 0 ? null : costs.reduce((all, one) => (all === null || one === null ? null : all + one), 0)
  return {
    runs: earlier.length,
    rollouts,
    same_model: isSame,
    prompt_tokens_per_rollout: sum((run) => run.promptTokens) / Math.max(1, rollouts),
    completion_tokens_per_rollout: sum((run) => run.completionTokens) / Math.max(1, rollouts),
    cost_usd_per_rollout: cost === null ? null : cost / rollouts,
    examples: await countExamples(ctx, found.environment, argumentsIn(query.env_args)),
    earlier: facts,
    rewards: await rewardsOf(ctx, earlier),
  }
}

/** What tokens cost, so that what rollouts cost varies as those weigh; without prices all weigh the same. */
function weightsOf(pricing: Pricing | undefined): TokenWeights {
  const none = { prompt: 0, cached: 0, reasoning: 0, completion: 0 }
  const priceOf = (tokens: Partial<TokenCounts>) => costOf({ ...none, ...tokens }, pricing) ?? 1
  const weights = { prompt: priceOf({ prompt: 1 }), cached: priceOf({ prompt: 1, cached: 1 }), completion: priceOf({ completion: 1 }) }
  return weights.prompt + weights.completion > 0 ? weights : { prompt: 1, cached: 1, completion: 1 }
}

function factsOf(run: EarlierRun, pricing: Pricing | undefined): RunFacts {
  const { rollouts, promptTokens: prompt, cachedTokens: cached, completionTokens: completion, secondsPerRollout: each } = run
  const cost = costOf({ prompt, cached, completion, reasoning: 0 }, pricing)
  const lanes = Math.min(run.maxConcurrent ?? runFields.max_concurrent.default, rollouts)
  return {
    rollouts,
    tokens_per_rollout: (prompt + completion) / rollouts,
    cost_usd_per_rollout: cost === null ? null : cost / rollouts,
    cost_variation: run.usageVariation ?? 0,
    seconds_per_rollout: each,
    seconds_variation: run.secondsVariation ?? (each === null ? null : 0),
    other_seconds: each === null || run.seconds === null ? null : Math.max(0, run.seconds - (rollouts * each) / lanes),
  }
}

/** How the rewards of the largest of these runs scatter. */
async function rewardsOf(ctx: Context, earlier: readonly EarlierRun[]): Promise<RunEstimate["rewards"]> {
  const largest = earlier.reduce<EarlierRun | null>((most, run) => (run.rollouts > (most?.rollouts ?? 0) ? run : most), null)
  const row = largest && (await findEvaluationRow(ctx.db, largest.id))
  if (!row) return null
  const statistics = await statisticsOf(ctx, row)
  const spread = spreadOfRun(statistics)
  return spread && { ...spread, examples: statistics.examples }
}

function argumentsIn(text: string | null | undefined): JsonObject {
  if (!text) return {}
  try {
    const value = parseExact(text, "written")
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch {}
  throw invalid(["env_args"], "is not a JSON object")
}

/** Null when nobody has found out yet. */
async function countExamples(
  ctx: Context,
  { id: environmentId, latestVersionId: versionId }: { id: string; latestVersionId: string | null },
  args: JsonObject,
): Promise<number | null> {
  if (versionId === null) return null
  if (Object.keys(args).length > 0)
    return findExamplesOfEarlierRun(ctx.db, ctx.viewer, { environmentId, versionId, args: stringifyExact(args) })
  return (await findVersionById(ctx.db, versionId))?.datasetSize ?? null
}
