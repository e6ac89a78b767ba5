import { againstOf, type HostedEvalConfig, type JsonObject, suiteWord } from "../../../../contract/index.ts"
import { invalid, ServiceError } from "../../../base/errors.ts"
import { findBaseline } from "../../../store/evaluations/baselines.ts"
import type { EvaluationRecord } from "../../../store/evaluations/evaluation.ts"
import type { Context } from "../../context.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import type { Target } from "./check-launch.ts"

const field = ["eval_config", "stop_against"]

/** Stands for the evaluation that is pinned for the environment. */
const baselineWord = "baseline"

/**
 * The id of the run beside which a run of an environment is to stop, as a part of its configuration; nothing where it names none, or its suite.
 * @throws ServiceError where the caller may not see it, or it is none that a difference can be taken from
 */
export async function resolveStopAgainst(
  ctx: Context,
  config: HostedEvalConfig,
  { environment }: Target,
  isSuite: boolean,
): Promise<JsonObject> {
  const named = againstOf(config)
  if (named === null) return {}
  if (named === suiteWord) {
    if (!isSuite) throw invalid(field, "names the suite, which needs several models that are launched together")
    if (typeof config.stop_threshold === "number")
      throw invalid(["eval_config", "stop_threshold"], "is for the difference from one run: beside a suite it is 0")
    return {}
  }
  const { id: environmentId, name } = environment.environment
  const run = await (named === baselineWord ? findBaseline(ctx.db, ctx.viewer, environmentId) : findRun(ctx, named))
  if (!run)
    throw invalid(field, `no baseline is pinned for ${environment.owner}/${name}, or you may not see it: name an evaluation by its id`)
  if (run.environmentId !== environmentId) throw invalid(field, `names an evaluation that is not of ${environment.owner}/${name}`)
  if (run.status !== "COMPLETED" || run.settling?.kind === "settled" || run.rewardCount === 0)
    throw invalid(field, "must name an evaluation that has completed, has rewards, and asked all of its examples")
  return { stop_against: run.id }
}

async function findRun(ctx: Context, id: string): Promise<EvaluationRecord> {
  try {
    return (await requireEvaluation(ctx, id)).evaluation
  } catch (error) {
    if (error instanceof ServiceError && error.code === "not_found")
      throw invalid(field, `names ${JSON.stringify(id)}, which is no evaluation, or you may not see it`)
    throw error
  }
}
