import type { JsonObject } from "@/contract/index.ts"
import { isPlainObject, readJson } from "@/lib/json-text.ts"
import { draftFieldOf, draftFromRun, type LaunchDraft, type LaunchTarget } from "./launch-config.ts"

/** Settings that a link may change. Where requests go is not among them: only a person may change that. */
const changeable = [
  "timeout_minutes",
  "max_concurrent",
  "max_cost_usd",
  "max_total_tokens",
  "independent_scoring",
  "verbose",
  "on_rollout_exception",
  "allow_sandbox_access",
  "allow_instances_access",
  "allow_tunnel_access",
  "env_args",
  "sampling_args",
  "extra_env_kwargs",
  "custom_secrets",
  "state_columns",
]

export interface LaunchChange {
  set: JsonObject
  focus: string | null
}

/** What a link to the launch form asks to change; what no link may change is left out. */
export function readChange(set: string | undefined, focus: string | undefined): LaunchChange {
  const reading = set === undefined ? null : readJson(set)
  const asked = reading?.ok && isPlainObject(reading.value) ? reading.value : {}
  return { set: Object.fromEntries(Object.entries(asked).filter(([name]) => changeable.includes(name))), focus: focus ?? null }
}

export interface ChangedDraft {
  draft: LaunchDraft
  /** Fields of the form that are not as the run had them. */
  changed: string[]
  /** The field to begin at. */
  focus: string | null
}

/** The draft of an earlier run with a change made to it. */
export function changedDraft(
  run: { name?: string | null; eval_config: unknown },
  { set, focus }: LaunchChange,
  target: LaunchTarget,
): ChangedDraft {
  const draft = draftFromRun({ ...run, eval_config: merged(run.eval_config, set) }, target)
  const changed = Object.entries(set).flatMap(([name, value]) => fieldsOf(draft, name, value))
  const first =
    focus === null ? changed[0] : focus.startsWith("env_args") ? argumentField(focus, draft, target) : fieldsOf(draft, focus, set[focus])[0]
  return { draft, changed, focus: first ?? null }
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
function argumentField(focus: string, draft: LaunchDraft, target: LaunchTarget): string {
  const names = draft.args.view === "form" ? (target.arguments ?? []).map(({ name }) => name) : []
  const asked = focus.slice("env_args.".length)
  const shown = names.includes(asked) ? asked : names[0]
  return shown === undefined ? "args" : `args.${shown}`
}

/** The fields of the form in which a setting stands: each secret has its own. */
function fieldsOf(draft: LaunchDraft, name: string, value: unknown): string[] {
  const inner = isPlainObject(value) ? Object.keys(value) : []
  if (name === "custom_secrets")
    return draft.secrets.filter((secret) => inner.includes(secret.name)).map((secret) => `secrets.${secret.id}.value`)
  if (name === "sampling_args" && inner[0] === "max_tokens") return ["maxTokens"]
  const field = draftFieldOf(name)
  return field ? [field] : []
}
