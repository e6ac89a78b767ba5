import { type CreateHostedEvaluationRequest, type Evaluation, type RunField, type RunFieldKey, runFieldList } from "@/contract/index.ts"
import { isPlainObject } from "@/lib/json-text.ts"
import { isGiven } from "./values.ts"

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
  const request = { environment_ids: run.environment_ids ?? [], inference_model: model, name: run.name, eval_config: run.eval_config }
  return { environment, request: request as unknown as CreateHostedEvaluationRequest }
}

/** The fields that a run has a value for, in the order of the table. */
export function givenFields({ request }: WritableRun): { field: RunField & { key: RunFieldKey }; value: unknown }[] {
  const values: Record<string, unknown> = { ...request.eval_config, inference_model: request.inference_model, name: request.name }
  return runFieldList.map((field) => ({ field, value: values[field.key] })).filter(({ value }) => isGiven(value))
}

/** Fields of a run that the prime CLI does not know: only a request can have them. */
export const requestOnlyFields = (run: WritableRun): string[] =>
  givenFields(run)
    .filter(({ field }) => !field.cli)
    .map(({ field }) => field.key)

export const secretNames = ({ request }: WritableRun): string[] =>
  isPlainObject(request.eval_config.custom_secrets) ? Object.keys(request.eval_config.custom_secrets) : []
