import type { CreateHostedEvaluationRequest, JsonObject, RunFieldKey } from "@/contract/index.ts"
import { pilotTag } from "@/contract/lists/run-marks.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { hasVariable } from "@/lib/run-config/shell-text.ts"
import { hasType, isGiven } from "@/lib/run-config/values.ts"
import { argumentsFrom, argumentValues, refitArguments } from "./arguments/launch-arguments.ts"
import type { ReadRun } from "./formats/read-run.ts"
import { isEmptyRow, type LaunchField, type LaunchValues, launchFields } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"

const object = (value: unknown): JsonObject => (isPlainObject(value) ? value : {})
const declared = (target: LaunchTarget) => target.arguments ?? null

/** Values by field; only the table of fields knows whether they are complete. */
const complete = (values: Partial<Record<RunFieldKey, unknown>>): LaunchValues => values as unknown as LaunchValues

function emptyValue(field: LaunchField, target: LaunchTarget): unknown {
  if (field.kind === "arguments") return argumentsFrom(declared(target), {})
  if (field.kind === "secrets") return []
  // An environment may declare its own defaults for the size.
  return object(target.eval_defaults)[field.key] ?? field.default ?? null
}

/** The values of a fresh form. */
export const emptyValues = (target: LaunchTarget): LaunchValues =>
  complete(Object.fromEntries(launchFields.map((field) => [field.key, emptyValue(field, target)])))

/** A run as a platform or a pasted text describes it, not validated. */
export interface DescribedRun {
  name?: string | null
  eval_config?: unknown
}

/** The values of an earlier run, to run it again. Secrets come back as names: their values are not kept. */
export function valuesFrom(run: DescribedRun, target: LaunchTarget): LaunchValues {
  if (!isPlainObject(run.eval_config)) return emptyValues(target)
  const config = run.eval_config
  const sampling = object(config.sampling_args)
  const places = { request: { ...run } as JsonObject, sampling_args: sampling, eval_config: config }
  const entries = launchFields.map((field) => {
    const value = places[field.in ?? "eval_config"][field.key]
    if (field.kind === "arguments") return [field.key, argumentsFrom(declared(target), object(value))]
    if (field.kind === "secrets") return [field.key, Object.keys(object(value)).map((name) => ({ name, value: "" }))]
    const isUsable = field.kind === "select" ? field.shape.safeParse(value).success : hasType(field.kind, value)
    return [field.key, isUsable && isGiven(value) ? value : emptyValue(field, target)]
  })
  const values = complete(Object.fromEntries(entries))
  // The API takes 0 for all examples, too.
  if (config.num_examples === 0) values.num_examples = -1
  const rest = Object.entries(sampling).filter(
    ([name, value]) => !launchFields.some((field) => field.in === "sampling_args" && field.key === name && hasType(field.kind, value)),
  )
  values.sampling_args = rest.length > 0 ? Object.fromEntries(rest) : null
  return values
}

/** A run as a platform describes it, to run it again. */
export interface RunToRepeat extends DescribedRun {
  model: string | null
  tags: readonly string[]
}

/**
 * What a form begins with that is filled in from a run. A name that ends with the run's model is the platform's own and would not fit another
 * model. What follows a pilot is not another pilot: its size is that of a fresh form.
 */
export function startFrom(run: RunToRepeat, values: LaunchValues, target: LaunchTarget): LaunchValues {
  const suffix = `--${run.model}`
  const name = values.name?.endsWith(suffix) ? values.name.slice(0, -suffix.length) : values.name
  const fresh = emptyValues(target)
  return {
    ...values,
    name: name === target.name ? null : name,
    ...(run.tags.includes(pilotTag) ? { num_examples: fresh.num_examples, rollouts_per_example: fresh.rollouts_per_example } : {}),
  }
}

/** The values of a run that was read from a text. Secrets given as shell variables are left for the user to type. */
export function valuesFromText(read: ReadRun, target: LaunchTarget): LaunchValues {
  const values = valuesFrom({ name: read.name, eval_config: read.config }, target)
  const secrets = object(read.config.custom_secrets)
  const custom_secrets = values.custom_secrets.map(({ name }) => {
    const value = secrets[name]
    return { name, value: typeof value === "string" && !hasVariable(value) ? value : "" }
  })
  return { ...values, custom_secrets }
}

/** What a field adds to the request; undefined for nothing. An invalid value counts as none. */
function sentValue(field: LaunchField, values: LaunchValues, target: LaunchTarget): unknown {
  if (field.kind === "arguments") return argumentValues(declared(target), values.env_args)
  if (field.kind === "secrets")
    return Object.fromEntries(values.custom_secrets.filter((row) => !isEmptyRow(row)).map(({ name, value }) => [name.trim(), value]))
  const value = values[field.key]
  const parsed = value === null ? null : field.shape.safeParse(value)
  const usable = parsed?.success && (field.launchable?.(parsed.data as never) ?? true) ? parsed.data : undefined
  const sent = usable ?? field.default
  // Other platforms do not know the extensions, so their defaults are left out.
  return !field.cli && sent === field.default ? undefined : sent
}

/** The request of the form's values. Every field that has a value is in it. */
export function toRequest(values: LaunchValues, target: LaunchTarget, model: string): CreateHostedEvaluationRequest {
  const request: JsonObject = { environment_ids: [target.id], inference_model: model }
  if (target.teamId) request.team_id = target.teamId
  const config: JsonObject = {}
  const sampling: JsonObject = {}
  const places = { request, sampling_args: sampling, eval_config: config }
  for (const field of launchFields) {
    const value = sentValue(field, values, target)
    if (isGiven(value)) places[field.in ?? "eval_config"][field.key] = value
  }
  // Fields of their own override the same names in the JSON.
  if (Object.keys(sampling).length > 0) config.sampling_args = { ...object(config.sampling_args), ...sampling }
  return { ...request, eval_config: config } as unknown as CreateHostedEvaluationRequest
}

/** What may be kept in the browser between visits: everything but the values of secrets. */
export const withoutSecretValues = (values: LaunchValues): LaunchValues => ({
  ...values,
  custom_secrets: values.custom_secrets.map(({ name }) => ({ name, value: "" })),
})

const isSecretRow = (row: unknown): boolean => isPlainObject(row) && typeof row.name === "string" && typeof row.value === "string"

/** Stored values, adapted to the current form; null when they are not values of it. */
export function restoreValues(kept: unknown, target: LaunchTarget): LaunchValues | null {
  if (!isPlainObject(kept)) return null
  const { env_args: draft, custom_secrets: secrets } = kept
  if (!isPlainObject(draft) || !isPlainObject(draft.fields) || !isPlainObject(draft.extras) || typeof draft.json !== "string") return null
  if (!Array.isArray(secrets) || !secrets.every(isSecretRow)) return null
  for (const { key, kind } of launchFields) {
    const value = kept[key]
    if (kind === "arguments" || kind === "secrets" || value === null) continue
    // Text that the schema refused is kept, too.
    const isOfForm = typeof value === "string" ? kind !== "switch" : hasType(kind, value)
    if (!isOfForm) return null
  }
  const values = kept as unknown as LaunchValues
  return { ...values, env_args: refitArguments(declared(target), values.env_args) }
}
