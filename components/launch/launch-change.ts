import type { JsonObject } from "@/contract/index.ts"
import { runField } from "@/contract/run-config.ts"
import { readJson } from "@/lib/json-text.ts"
import { isPlainObject } from "@/lib/plain-object.ts"
import { argumentsView } from "./arguments/launch-arguments.ts"
import type { LaunchValues } from "./launch-schema.ts"
import type { LaunchTarget } from "./launch-target.ts"
import { type DescribedRun, valuesFrom } from "./launch-values.ts"

/** What a link to the launch form wants to change in an earlier run. */
export interface LaunchChange {
  set: JsonObject
  focus: string | null
}

/** Reads a link; fields that no link may change are left out. */
export function readChange(set: string | undefined, focus: string | undefined): LaunchChange {
  const reading = set === undefined ? null : readJson(set)
  const wanted = reading?.ok && isPlainObject(reading.value) ? reading.value : {}
  return { set: Object.fromEntries(Object.entries(wanted).filter(([name]) => runField(name)?.changeable)), focus: focus ?? null }
}

export interface ChangedValues {
  values: LaunchValues
  /** Paths of the values that differ from the run's. */
  changed: string[]
  /** The path of the value to focus first. */
  focus: string | null
}

/** The values of an earlier run with a change made to it. */
export function changedValues(run: DescribedRun, { set, focus }: LaunchChange, target: LaunchTarget): ChangedValues {
  const values = valuesFrom({ ...run, eval_config: merged(run.eval_config, set) }, target)
  const changed = Object.entries(set).flatMap(([name, value]) => pathsOf(values, name, value))
  const first = focus === null ? changed[0] : pathsOf(values, focus, set[focus])[0]
  const isArgument = first === "env_args" && focus !== null
  return { values, changed, focus: isArgument ? argumentPath(focus, values, target) : (first ?? null) }
}

/** Applies a merge patch (RFC 7396): objects are merged, null removes. */
function merged(value: unknown, patch: JsonObject): JsonObject {
  const result: JsonObject = isPlainObject(value) ? { ...value } : {}
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete result[name]
    else result[name] = isPlainObject(change) ? merged(result[name], change) : change
  }
  return result
}

/** The control of an argument, where the form has one; else the first one; else the arguments as JSON. */
function argumentPath(focus: string, { env_args }: LaunchValues, target: LaunchTarget): string {
  const declared = target.arguments ?? null
  const names = argumentsView(declared, env_args) === "form" ? (declared ?? []).map(({ name }) => name) : []
  const wanted = focus.slice("env_args.".length)
  const shown = names.includes(wanted) ? wanted : names[0]
  return shown === undefined ? "env_args.json" : `env_args.fields.${shown}`
}

/** Where a field of eval_config is in the form: each secret has a row, and some sampling parameters have controls of their own. */
function pathsOf(values: LaunchValues, name: string, value: unknown): string[] {
  const field = runField(name.split(".")[0] ?? "")
  if (!field) return []
  const inner = isPlainObject(value) ? Object.keys(value) : []
  if (field.kind === "secrets")
    return values.custom_secrets.flatMap((secret, i) => (inner.includes(secret.name) ? [`${field.key}.${i}.value`] : []))
  const own = runField(inner[0] ?? "")
  return [own && own.in === field.key ? own.key : field.key]
}
