import { type JsonObject, stringifyExact } from "../../../../contract/index.ts"
import { averageReward } from "../../../store/evaluations/evaluation.ts"
import { requireEvaluation } from "../require-evaluation.ts"
import type { Exporter } from "./exporter.ts"

/**
 * `metadata.json` as verifiers saves it. What the library or a pushing client reported wins over what is known here; a whole such file
 * that was pushed is given back as it came.
 */
export const exportMetadata: Exporter = async (ctx, id) => {
  const { evaluation } = await requireEvaluation(ctx, id)
  const [environment] = evaluation.environments
  const config = (evaluation.evalConfig ?? {}) as JsonObject
  const reported = (evaluation.metadata ?? {}) as JsonObject
  const isWhole = "model" in reported && ("env_id" in reported || "env" in reported)
  const known = {
    // With its owner, so that `prime eval push` knows where the results belong.
    env_id: environment ? [environment.owner, environment.name].filter(Boolean).join("/") : evaluation.dataset,
    env_args: config.env_args ?? {},
    model: evaluation.modelName,
    base_url: config.api_base_url ?? null,
    num_examples: config.num_examples ?? null,
    rollouts_per_example: config.rollouts_per_example ?? null,
    sampling_args: config.sampling_args ?? {},
    date: (evaluation.startedAt ?? evaluation.createdAt).toISOString(),
    avg_reward: averageReward(evaluation),
    avg_error: evaluation.samplesDone > 0 ? evaluation.samplesErrored / evaluation.samplesDone : null,
    state_columns: config.state_columns ?? [],
    evaluation_id: evaluation.id,
  }
  const metadata = !evaluation.isHosted && isWhole ? reported : { ...known, ...reported }
  return (async function* () {
    yield stringifyExact(metadata)
  })()
}
