import { type JsonObject, type RunStatistics, stringifyExact } from "../../../../../contract/index.ts"
import { environmentText } from "../../../../../contract/report/card-table.ts"
import { finiteNumber, objectOf } from "../../../../../contract/samples/row-values.ts"
import type { RunResult } from "../read-result.ts"
import { withoutSecrets } from "./secrets.ts"

export const schemaVersion = "0.3.0"

/** The result that samples belong to. */
export const rewardResultId = "reward"

/** What the record and each of its samples say of the run. */
export interface Identity {
  evaluationId: string
  modelId: string
  /** The environment as it is called in the record. */
  evaluation: string
  /** Of the record, in seconds since 1970. */
  retrieved: string
}

const method =
  "beta distribution matched to a Dirichlet-weighted mean of the examples' means, the rollouts of an example being one cluster; values in [0, 1]"
const settledMethod =
  "confidence sequence for drawing without replacement (Waudby-Smith and Ramdas 2024) of the mean over all examples of the run, right whenever it stopped; values in [0, 1]"
const approximateMethod = "Student's t over the examples' means with clustered standard error, the values having no known range"

/** The names under which a run is recorded at a moment. */
export function identityOf({ run }: RunResult, now: Date): Identity {
  const retrieved = String(Math.floor(now.getTime() / 1000))
  const modelId = run.inference_model ?? run.model_name ?? "unknown"
  const evaluation = environmentText(run) ?? "unknown"
  return { evaluationId: `${evaluation}/${modelId}/${retrieved}`, modelId, evaluation, retrieved }
}

/**
 * The record of a run in the schema of Every Eval Ever (eval.schema.json 0.3.0): the mean reward with its interval, pass@k and pass^k, and
 * the share of errors, each a result of its own. Other metrics are details of the reward: whether less of them is better, which the schema
 * asks of every result, is not known here. Who evaluated whose model is not known either.
 * @param samples where the samples are
 */
export function toRecord(result: RunResult, identity: Identity, samples: JsonObject | null): JsonObject {
  const { run } = result
  const at = seconds(run.started_at ?? run.created_at)
  return {
    schema_version: schemaVersion,
    evaluation_id: identity.evaluationId,
    evaluation_timestamp: at,
    retrieved_timestamp: identity.retrieved,
    source_metadata: {
      source_name: "Hosted Evals",
      source_type: "evaluation_run",
      source_organization_name: run.created_by ?? "unknown",
      evaluator_relationship: "other",
      additional_details: texts({ run: run.evaluation_id, name: run.name, url: run.viewer_url, status: run.status }),
    },
    eval_library: {
      name: run.framework ?? "verifiers",
      version: String(objectOf(objectOf(run.metadata).version_info).vf_version ?? "unknown"),
    },
    model_info: {
      name: identity.modelId,
      id: identity.modelId,
      additional_details: { deployment_type: "unknown", model_availability: "unknown" },
    },
    evaluation_results: resultsOf(result, identity),
    ...(samples ? { detailed_evaluation_results: samples } : {}),
  }
}

/** Of the examples, where all k up to 64 are known. */
const isListed = (k: number, last: number) => k === last || Number.isInteger(Math.log2(k))

function resultsOf(result: RunResult, identity: Identity): JsonObject[] {
  const { statistics } = result
  const common = commonOf(result, identity)
  const { reward, error_rate: errors, pass_at_k: points } = statistics
  const unit = { score_type: "continuous", min_score: 0, max_score: 1 }
  const last = points.at(-1)?.k ?? 0
  const passes = points
    .filter(({ k }) => isListed(k, last))
    .flatMap((point) => {
      const shared = { ...unit, metric_kind: "pass_rate", metric_unit: "proportion", lower_is_better: false }
      const parameters = { k: point.k, threshold: statistics.pass_threshold }
      const over = { examples: point.examples }
      return [
        {
          ...common,
          evaluation_result_id: `pass_at_${point.k}`,
          metric_config: { metric_id: "pass_at_k", metric_name: `pass@${point.k}`, metric_parameters: parameters, ...shared },
          score_details: scoreOf({ mean: point.pass_at, interval95: point.pass_at_interval95 ?? null }, over),
        },
        {
          ...common,
          evaluation_result_id: `pass_all_${point.k}`,
          metric_config: { metric_id: "pass_hat_k", metric_name: `pass^${point.k}`, metric_parameters: parameters, ...shared },
          score_details: scoreOf({ mean: point.pass_all, interval95: point.pass_all_interval95 ?? null }, over),
        },
      ]
    })
  return [
    ...(reward ? [{ ...common, evaluation_result_id: rewardResultId, ...rewardOf(statistics, reward) }] : []),
    ...passes,
    ...(errors
      ? [
          {
            ...common,
            evaluation_result_id: "error_rate",
            metric_config: {
              metric_id: "error_rate",
              metric_name: "Error rate",
              metric_unit: "proportion",
              lower_is_better: true,
              ...unit,
            },
            score_details: scoreOf(errors, { rollouts: statistics.samples }),
          },
        ]
      : []),
  ]
}

function rewardOf(statistics: RunStatistics, reward: NonNullable<RunStatistics["reward"]>): JsonObject {
  const isUnit = reward.min >= 0 && reward.max <= 1
  const binary = statistics.reward_is_binary === true
  const scored = scoreOf(reward, {
    examples: statistics.examples,
    rollouts: statistics.samples,
    errors: statistics.errored,
    truncated: statistics.truncated,
    mean_without_errors: statistics.reward_scored?.mean,
    mean_with_errors_as_zero: statistics.reward_errors_as_zero?.mean,
    pass_threshold: statistics.pass_threshold,
    ...Object.fromEntries(statistics.metrics.map(({ name, mean }) => [`metric: ${name}`, mean])),
  })
  return {
    metric_config: {
      evaluation_description: "The mean of the reward over all rollouts",
      metric_id: "reward",
      metric_name: "Mean reward",
      metric_kind: binary ? "accuracy" : "reward",
      lower_is_better: false,
      score_type: binary ? "binary" : "continuous",
      min_score: isUnit ? 0 : "-Infinity",
      max_score: isUnit ? 1 : "Infinity",
    },
    score_details: {
      ...scored,
      uncertainty: { ...objectOf(scored.uncertainty), standard_deviation: reward.std, num_samples: reward.count },
    },
  }
}

function scoreOf({ mean, interval95 }: Pick<NonNullable<RunStatistics["reward"]>, "mean" | "interval95">, details: JsonObject): JsonObject {
  const interval = interval95 && {
    lower: interval95.low,
    upper: interval95.high,
    confidence_level: 0.95,
    method: interval95.of_all_examples ? settledMethod : interval95.approximate ? approximateMethod : method,
  }
  return { score: mean, details: texts(details), ...(interval ? { uncertainty: { confidence_interval: interval } } : {}) }
}

/** What all results of a run have in common: the data, and how answers were made. */
function commonOf({ run }: RunResult, { evaluation }: Identity): JsonObject {
  // What was uploaded has its settings among the metadata.
  const config = { ...objectOf(run.metadata), ...objectOf(run.eval_config) }
  const sampling = objectOf(config.sampling_args)
  const limit = sampling.max_tokens ?? sampling.max_completion_tokens
  const numbers = Object.fromEntries(
    ["temperature", "top_p", "top_k"].flatMap((name) => {
      const value = finiteNumber(sampling[name])
      return value === null ? [] : [[name, value]]
    }),
  )
  return {
    evaluation_name: evaluation,
    evaluation_timestamp: seconds(run.completed_at ?? run.updated_at),
    source_data: {
      dataset_name: evaluation,
      source_type: "other",
      additional_details: texts({ environment: evaluation, content_hash: run.environment?.content_hash }),
    },
    generation_config: {
      generation_args: { ...numbers, ...(Number.isInteger(limit) && Number(limit) >= 1 ? { max_tokens: limit } : {}) },
      additional_details: texts({
        sampling_args: withoutSecrets(config.sampling_args),
        env_args: withoutSecrets(config.env_args),
        num_examples: config.num_examples,
        rollouts_per_example: config.rollouts_per_example,
      }),
    },
  }
}

const seconds = (iso: string): string => String(Math.floor(Date.parse(iso) / 1000))

/** The values as texts, which is all that the schema's details may be; without those that are not there. */
export const texts = (values: JsonObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, typeof value === "string" ? value : stringifyExact(value)]],
    ),
  )
