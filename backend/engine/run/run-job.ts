import {
  endpointKeyVariable,
  type HostedEvalConfig,
  jobSettings,
  type PlatformVariableName,
  type RunnerJob,
} from "../../../contract/index.ts"
import type { VersionRecord } from "../../store/environments/version.ts"
import type { EvaluationRecord } from "../../store/evaluations/evaluation.ts"
import type { RolloutKey } from "../../store/samples/samples.ts"
import { moduleOf, runnerJob } from "../attempt/job.ts"

/** The environment as users write it: owner/name@version. */
export function environmentLabel(row: EvaluationRecord): string {
  const [environment] = row.environments
  return environment
    ? `${environment.owner}/${environment.name}@${environment.version ?? environment.content_hash?.slice(0, 8)}`
    : "the environment"
}

/** Beside the job file, the rollouts that are scored again. */
export const storedRolloutsFile = "rollouts.jsonl"

/**
 * The job file of a run's next attempt.
 * @param config what the run was launched with; the fields marked `job` in the contract's table pass through under their own names
 * @param rollouts the rollouts that earlier attempts finished, and those of them to do again
 * @param platformUrl where the run finds the platform, which serves it models
 */
export function jobOf(
  row: EvaluationRecord,
  config: Omit<HostedEvalConfig, "custom_secrets">,
  version: VersionRecord,
  { done, redo }: { done: RolloutKey[]; redo: RolloutKey[] },
  platformUrl: string,
): RunnerJob {
  const onlyRedo = row.resume?.mode === "errors_only"
  const headers = (config.headers ?? []).map(
    (line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()] as const,
  )
  return runnerJob({
    mode: "evaluate",
    environment: moduleOf(row.environments[0]?.name, version.wheelFilename),
    ...jobSettings(config),
    model: row.modelName ?? "",
    client: {
      type: config.api_client_type ?? "openai_chat_completions",
      base_url: config.api_base_url ?? `${platformUrl}/api/v1`,
      key_var: config.api_base_url ? (config.api_key_var ?? endpointKeyVariable) : "PRIME_API_KEY",
      headers: Object.fromEntries(headers),
    },
    done: done.map(toPair),
    only: onlyRedo ? redo.map(toPair) : null,
    ...(row.scoresOf ? { stored: storedRolloutsFile, reward_weights: row.scoresOf.reward_weights, max_retries: 0 } : {}),
  })
}

/**
 * Where the environment finds the platform, with which key, and as which run: under the names that Prime's packages read. An
 * address that is left out would be that of Prime's own platform.
 * @param base the platform's address there
 */
export function platformVariables(
  evaluationId: string,
  token: string,
  base: string,
  publicUrl: string,
): Record<PlatformVariableName, string> {
  return {
    EVALUATION_ID: evaluationId,
    PRIME_API_KEY: token,
    PRIME_API_BASE_URL: base,
    PRIME_INFERENCE_URL: `${base}/api/v1`,
    PRIME_TRACES_URL: base,
    PRIME_FRONTEND_URL: publicUrl,
  }
}

const toPair = ({ exampleId, rolloutIndex }: RolloutKey): [string, number] => [exampleId, rolloutIndex]

/** What is kept of the library's own metadata: its averages, as a check of ours, and its version. */
export function libraryFacts(metadata: Record<string, unknown>): Record<string, unknown> {
  const kept = [
    "avg_reward",
    "avg_metrics",
    "avg_error",
    "pass_at_k",
    "pass_all_k",
    "pass_threshold",
    "usage",
    "version_info",
    "time",
    "tools",
  ]
  return Object.fromEntries(kept.filter((name) => name in metadata).map((name) => [name, metadata[name]]))
}
