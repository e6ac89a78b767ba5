import type { RunField, RunFieldKey } from "@/contract/index.ts"
import { runFieldList } from "@/contract/run-config.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { isGiven } from "./values.ts"
import type { WritableRun } from "./writable-run.ts"

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
