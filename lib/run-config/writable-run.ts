import type { CreateHostedEvaluationRequest, Evaluation } from "@/contract/index.ts"

/** A run that can be written as a command, as TOML or as a request. */
export interface WritableRun {
  /** owner/name */
  environment: string
  request: CreateHostedEvaluationRequest
}

/** What a run was launched with; null for a run that was not launched on a platform. */
export function writableRun(run: Evaluation): WritableRun | null {
  const environment = run.environment ? `${run.environment.owner}/${run.environment.name}` : run.environment_names?.[0]
  const model = run.inference_model ?? run.model_name
  if (!run.is_hosted || !run.eval_config || !environment || !model) return null
  const request = {
    environment_ids: run.environment_ids ?? [],
    inference_model: model,
    name: run.name,
    eval_config: run.eval_config,
    ...(run.team_id ? { team_id: run.team_id } : {}),
  }
  return { environment, request: request as unknown as CreateHostedEvaluationRequest }
}
