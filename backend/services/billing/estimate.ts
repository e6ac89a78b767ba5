import { type EstimateQuery, type JsonObject, parseExact, type RunEstimate, stringifyExact } from "../../../contract/index.ts"
import { invalid, notFound } from "../../base/errors.ts"
import { costOf } from "../../inference/pricing.ts"
import { findEnvironmentById } from "../../store/environments/environments.ts"
import { findVersionById } from "../../store/environments/versions.ts"
import { findExamplesOfEarlierRun } from "../../store/evaluations/earlier-runs.ts"
import { sumEarlierRuns } from "../../store/usage/usage-report.ts"
import { type Context, requireUser } from "../context.ts"

/** What a rollout of an environment is likely to use, from earlier runs with the model, or else with other models; at today's price. */
export async function estimateRun(ctx: Context, query: EstimateQuery): Promise<RunEstimate> {
  requireUser(ctx)
  const found = await findEnvironmentById(ctx.db, ctx.viewer, query.environment_id)
  if (!found) throw notFound("environment", query.environment_id)
  const same = await sumEarlierRuns(ctx.db, ctx.viewer, query.environment_id, query.model)
  const isSame = same.runs > 0
  const earlier = isSame ? same : await sumEarlierRuns(ctx.db, ctx.viewer, query.environment_id, null)
  const rollouts = Math.max(1, earlier.rollouts)
  const tokens = { prompt: earlier.promptTokens, cached: earlier.cachedTokens, reasoning: 0, completion: earlier.completionTokens }
  const cost = earlier.runs > 0 ? costOf(tokens, (await ctx.models.find(query.model))?.model.pricing) : null
  return {
    runs: earlier.runs,
    rollouts: earlier.rollouts,
    same_model: isSame,
    prompt_tokens_per_rollout: tokens.prompt / rollouts,
    completion_tokens_per_rollout: tokens.completion / rollouts,
    cost_usd_per_rollout: cost === null ? null : cost / rollouts,
    examples: await countExamples(ctx, found.environment, argumentsIn(query.env_args)),
  }
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
